package dev.tailrace.conformance.unified.format;

import java.util.Comparator;

/**
 * A version of a server or of the format: one to three numbers, compared as numbers; what is left
 * out is zero.
 *
 * @param major the first number
 * @param minor the second
 * @param patch the third
 */
public record Version(int major, int minor, int patch) implements Comparable<Version> {

  private static final Comparator<Version> ORDER =
      Comparator.comparingInt(Version::major)
          .thenComparingInt(Version::minor)
          .thenComparingInt(Version::patch);

  /**
   * Reads {@code major[.minor[.patch]]}.
   *
   * @throws NumberFormatException if a part is not a number
   */
  public static Version parse(String text) {
    String[] parts = text.split("\\.", -1);
    return new Version(part(parts, 0), part(parts, 1), part(parts, 2));
  }

  private static int part(String[] parts, int index) {
    return index < parts.length ? Integer.parseInt(parts[index]) : 0;
  }

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
