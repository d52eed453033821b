package dev.tailrace.conformance.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A table in a text file beside a class: a row on each line, {@code |} between the columns; empty
 * lines, and those that begin with {@code #}, are for the reader.
 */
public final class TextTable {

  private TextTable() {}

  /**
   * Reads a table.
   *
   * @param owner the class that it lies beside
   * @param file its name
   * @param columns how many columns each row has
   * @throws IllegalArgumentException if a row has more or fewer
   */
  public static List<List<String>> read(Class<?> owner, String file, int columns) {
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("no %s beside %s".formatted(file, owner));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> row(file, line, columns))
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static List<String> row(String file, String line, int columns) {
    List<String> row = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    if (row.size() != columns) {
      throw new IllegalArgumentException(
          "%s: expected %d columns: %s".formatted(file, columns, line));
    }
    return row;
  }
}
