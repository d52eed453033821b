package dev.tailrace.wire.tcp;

/**
 * A library that wraps this transport, as the server's log shall name it (handshake specification,
 * "Supporting Wrapping Libraries").
 *
 * @param name the library's name, at most 64 ASCII characters, without a bar
 * @param version its version, at most 32 ASCII characters, without a bar
 */
public record DriverInfo(String name, String version) {

  private static final int MAX_NAME_LENGTH = 64;
  private static final int MAX_VERSION_LENGTH = 32;

  public DriverInfo {
    check("name", name, MAX_NAME_LENGTH);
    check("version", version, MAX_VERSION_LENGTH);
  }

  /** The server gives the whole of the metadata 512 bytes; these must fit in any case. */
  private static void check(String field, String value, int maxLength) {
    boolean printable = value.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '|');
    if (value.isEmpty() || value.length() > maxLength || !printable) {
      throw new IllegalArgumentException(
          "driver info, %s: expected 1 to %d ASCII characters and no bar, found \"%s\""
              .formatted(field, maxLength, value));
    }
  }
}
