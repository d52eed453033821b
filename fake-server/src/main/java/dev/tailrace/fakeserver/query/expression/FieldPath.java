package dev.tailrace.fakeserver.query.expression;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import java.util.List;

/**
 * A dotted path that follows the rules of the aggregation language: no empty parts, none that
 * starts with a dollar (but those of a DBRef).
 *
 * @param parts the names between the dots; at least one
 */
public record FieldPath(ImmutableList<String> parts) {

  /** The depth to which documents can nest. */
  private static final int MAX_DEPTH = 200;

  private static final Splitter DOTS = Splitter.on('.');

  /** Names that start with a dollar and are allowed: parts of a DBRef, and metadata. */
  private static final ImmutableSet<String> ALLOWED_DOLLAR_NAMES =
      ImmutableSet.of(
          "$id",
          "$ref",
          "$db",
          "$dis",
          "$pt",
          "$randVal",
          "$recordId",
          "$indexKey",
          "$searchScore",
          "$searchHighlights",
          "$sortKey",
          "$textScore");

  /**
   * Takes a dotted path apart.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static FieldPath parse(String path, QueryContext context) {
    if (path.isEmpty()) {
      throw new CommandFailure(40_352, "FieldPath cannot be constructed with empty string");
    }
    if (path.endsWith(".")) {
      throw new CommandFailure(40_353, "FieldPath must not end with a '.'.");
    }
    ImmutableList<String> parts = ImmutableList.copyOf(DOTS.split(path));
    parts.forEach(part -> requireFieldName(part, context));
    if (parts.size() > MAX_DEPTH) {
      throw new CommandFailure(ErrorCode.OVERFLOW, "FieldPath is too long");
    }
    return new FieldPath(parts);
  }

  /** Refuses what cannot be the name of a field in an aggregation. */
  public static void requireFieldName(String name, QueryContext context) {
    if (name.isEmpty()) {
      throw new CommandFailure(15_998, "FieldPath field names may not be empty strings.");
    }
    if (name.startsWith("$") && !ALLOWED_DOLLAR_NAMES.contains(name)) {
      throw new CommandFailure(
          16_410,
          "FieldPath field names may not start with '$'."
              + (context.atLeast(5, 0) ? " Consider using $getField or $setField." : ""));
    }
    if (name.indexOf('\0') >= 0) {
      throw new CommandFailure(16_411, "FieldPath field names may not contain '\0'.");
    }
    if (name.indexOf('.') >= 0) {
      throw new CommandFailure(
          16_412,
          "FieldPath field names may not contain '.'."
              + (context.atLeast(5, 0) ? " Consider using $getField or $setField." : ""));
    }
  }

  public String head() {
    return parts.get(0);
  }

  /** The path after its first part; empty if that is all. */
  public List<String> tail() {
    return parts.subList(1, parts.size());
  }

  /** The dotted path. */
  @Override
  public String toString() {
    return String.join(".", parts);
  }
}
