package dev.tailrace.fakeserver;

import java.util.List;
import java.util.Locale;

/**
 * The release of the server that the fake plays. It decides the wire version and, through {@link
 * #atLeast}, every behaviour that differs between releases.
 *
 * @param major first part of the version, as in 8.0.12
 * @param minor second part
 * @param patch third part
 * @param maxWireVersion the newest wire version this release speaks
 */
public record ServerVersion(int major, int minor, int patch, int maxWireVersion)
    implements Comparable<ServerVersion> {

  public static final ServerVersion V4_2 = new ServerVersion(4, 2, 25, 8);
  public static final ServerVersion V4_4 = new ServerVersion(4, 4, 29, 9);
  public static final ServerVersion V5_0 = new ServerVersion(5, 0, 31, 13);
  public static final ServerVersion V6_0 = new ServerVersion(6, 0, 20, 17);
  public static final ServerVersion V7_0 = new ServerVersion(7, 0, 16, 21);
  public static final ServerVersion V8_0 = new ServerVersion(8, 0, 12, 25);
  public static final ServerVersion V8_2 = new ServerVersion(8, 2, 1, 27);

  /** What a fake set plays unless told otherwise. */
  public static final ServerVersion NEWEST = V8_2;

  /** Every release there is a profile for, oldest first. */
  public static final List<ServerVersion> ALL = List.of(V4_2, V4_4, V5_0, V6_0, V7_0, V8_0, V8_2);

  /**
   * The profile of a release line.
   *
   * @param text a line such as {@code 8.0}, or a full version such as {@code 6.0.9}, which keeps
   *     its own patch number
   * @throws IllegalArgumentException if there is no profile for that line; the message lists those
   *     there are
   */
  public static ServerVersion parse(String text) {
    String[] parts = text.split("\\.", -1);
    try {
      if (parts.length == 2 || parts.length == 3) {
        int major = Integer.parseInt(parts[0]);
        int minor = Integer.parseInt(parts[1]);
        for (ServerVersion profile : ALL) {
          if (profile.major == major && profile.minor == minor) {
            int patch = parts.length == 3 ? Integer.parseUnsignedInt(parts[2]) : profile.patch;
            return new ServerVersion(major, minor, patch, profile.maxWireVersion);
          }
        }
      }
    } catch (NumberFormatException notANumber) {
      // Falls through to the message below, which says what is wanted.
    }
    throw new IllegalArgumentException(
        "no profile for server version \"%s\"; there are %s".formatted(text, lines()));
  }

  /** Whether this is the given release line or a later one. */
  public boolean atLeast(int otherMajor, int otherMinor) {
    return atLeast(otherMajor, otherMinor, 0);
  }

  /** Whether this is the given release or a later one. */
  public boolean atLeast(int otherMajor, int otherMinor, int otherPatch) {
    return compareTo(new ServerVersion(otherMajor, otherMinor, otherPatch, 0)) >= 0;
  }

  @Override
  public int compareTo(ServerVersion other) {
    if (major != other.major) {
      return Integer.compare(major, other.major);
    }
    return minor != other.minor
        ? Integer.compare(minor, other.minor)
        : Integer.compare(patch, other.patch);
  }

  /** The version as {@code buildInfo} prints it. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d.%d.%d", major, minor, patch);
  }

  private static List<String> lines() {
    return ALL.stream().map(profile -> profile.major + "." + profile.minor).toList();
  }
}
