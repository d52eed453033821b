package dev.tailrace.conformance.unified.match;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.json.JsonParseException;
import org.jspecify.annotations.Nullable;

/**
 * Compares an actual value with an expected one (unified test format, "Evaluating Matches").
 *
 * <p>Numbers are compared by value, whatever their type (but for decimals). Documents match in any
 * order of their fields; a root-level one may have more of them than expected. An actual value of
 * null is one that does not exist.
 */
public final class Matcher {

  /** The names of the BSON types as the {@code $type} query operator has them. */
  private static final Map<String, List<BsonType>> TYPES =
      Map.ofEntries(
          Map.entry("double", List.of(BsonType.DOUBLE)),
          Map.entry("string", List.of(BsonType.STRING)),
          Map.entry("object", List.of(BsonType.DOCUMENT)),
          Map.entry("array", List.of(BsonType.ARRAY)),
          Map.entry("binData", List.of(BsonType.BINARY)),
          Map.entry("undefined", List.of(BsonType.UNDEFINED)),
          Map.entry("objectId", List.of(BsonType.OBJECT_ID)),
          Map.entry("bool", List.of(BsonType.BOOLEAN)),
          Map.entry("date", List.of(BsonType.DATE_TIME)),
          Map.entry("null", List.of(BsonType.NULL)),
          Map.entry("regex", List.of(BsonType.REGULAR_EXPRESSION)),
          Map.entry("dbPointer", List.of(BsonType.DB_POINTER)),
          Map.entry("javascript", List.of(BsonType.JAVASCRIPT)),
          Map.entry("symbol", List.of(BsonType.SYMBOL)),
          Map.entry("javascriptWithScope", List.of(BsonType.JAVASCRIPT_WITH_SCOPE)),
          Map.entry("int", List.of(BsonType.INT32)),
          Map.entry("timestamp", List.of(BsonType.TIMESTAMP)),
          Map.entry("long", List.of(BsonType.INT64)),
          Map.entry("decimal", List.of(BsonType.DECIMAL128)),
          Map.entry("minKey", List.of(BsonType.MIN_KEY)),
          Map.entry("maxKey", List.of(BsonType.MAX_KEY)),
          Map.entry(
              "number",
              List.of(BsonType.INT32, BsonType.INT64, BsonType.DOUBLE, BsonType.DECIMAL128)));

  private final EntityLookup entities;

  public Matcher(EntityLookup entities) {
    this.entities = entities;
  }

  /**
   * Asserts that a value that is not a root-level document matches.
   *
   * @param path what the value is, for the failure's message
   */
  public void match(String path, BsonValue expected, @Nullable BsonValue actual) {
    match(path, expected, actual, false);
  }

  /** Asserts that a value matches; where it is a document, as a root-level one. */
  public void matchRoot(String path, BsonValue expected, @Nullable BsonValue actual) {
    match(path, expected, actual, true);
  }

  private void match(String path, BsonValue expected, @Nullable BsonValue actual, boolean root) {
    if (expected instanceof BsonDocument document && isOperator(document)) {
      document.forEach((operator, operand) -> apply(operator, operand, path, actual, root));
    } else if (actual == null) {
      throw mismatch(path, "expected %s, found nothing".formatted(expected));
    } else if (expected instanceof BsonDocument document) {
      matchDocument(path, document, actual, root);
    } else if (expected instanceof BsonArray array) {
      matchArray(path, array, actual);
    } else if (!isSame(expected, actual)) {
      throw mismatch(path, "expected %s, found %s".formatted(expected, actual));
    }
  }

  private static boolean isOperator(BsonDocument document) {
    return document.size() == 1 && document.getFirstKey().startsWith("$$");
  }

  private void matchDocument(String path, BsonDocument expected, BsonValue actual, boolean root) {
    if (!(actual instanceof BsonDocument found)) {
      throw mismatch(path, "expected the document %s, found %s".formatted(expected, actual));
    }
    expected.forEach((name, value) -> match(path + "." + name, value, found.get(name), false));
    if (!root) {
      for (String name : found.keySet()) {
        if (!expected.containsKey(name)) {
          throw mismatch(
              path + "." + name, "expected no such field, found %s".formatted(found.get(name)));
        }
      }
    }
  }

  private void matchArray(String path, BsonArray expected, BsonValue actual) {
    if (!(actual instanceof BsonArray found) || found.size() != expected.size()) {
      throw mismatch(
          path,
          "expected an array of %d like %s, found %s".formatted(expected.size(), expected, actual));
    }
    for (int i = 0; i < expected.size(); i++) {
      match(path + "." + i, expected.get(i), found.get(i), false);
    }
  }

  /** Whether two values that are neither documents nor arrays are the same. */
  public static boolean isSame(BsonValue expected, BsonValue actual) {
    boolean byValue =
        expected instanceof BsonNumber
            && actual instanceof BsonNumber
            && !expected.isDecimal128()
            && !actual.isDecimal128();
    return byValue ? compare(expected.asNumber(), actual.asNumber()) == 0 : expected.equals(actual);
  }

  /** Compares by value: exactly where both are finite, as doubles where one is not. */
  private static int compare(BsonNumber one, BsonNumber other) {
    return Double.isFinite(one.doubleValue()) && Double.isFinite(other.doubleValue())
        ? exact(one).compareTo(exact(other))
        : Double.compare(one.doubleValue(), other.doubleValue());
  }

  private static BigDecimal exact(BsonNumber number) {
    return number.isDouble()
        ? new BigDecimal(number.doubleValue())
        : BigDecimal.valueOf(number.longValue());
  }

  private void apply(
      String operator, BsonValue operand, String path, @Nullable BsonValue actual, boolean root) {
    switch (operator) {
      case "$$exists" -> matchExists(operand.asBoolean().getValue(), path, actual);
      case "$$type" -> matchType(operand, path, actual);
      case "$$unsetOrMatches" -> {
        if (actual != null) {
          match(path, operand, actual, root);
        }
      }
      case "$$matchesEntity" ->
          match(path, entities.value(operand.asString().getValue()), actual, root);
      case "$$matchesHexBytes" -> matchHexBytes(operand.asString().getValue(), path, actual);
      case "$$sessionLsid" ->
          match(path, entities.sessionLsid(operand.asString().getValue()), actual, false);
      case "$$lte" -> matchLessOrEqual(operand.asNumber(), path, actual);
      case "$$matchAsDocument" -> match(path, operand, parsed(path, actual), false);
      case "$$matchAsRoot" -> match(path, operand, actual, true);
      default ->
          throw new IllegalArgumentException(
              "%s: unsupported operator \"%s\"".formatted(path, operator));
    }
  }

  private static void matchExists(boolean exists, String path, @Nullable BsonValue actual) {
    if (exists && actual == null) {
      throw mismatch(path, "expected it to exist, found nothing");
    }
    if (!exists && actual != null) {
      throw mismatch(path, "expected no such field, found %s".formatted(actual));
    }
  }

  private static void matchType(BsonValue operand, String path, @Nullable BsonValue actual) {
    List<String> names =
        (operand instanceof BsonArray several ? several.stream() : Stream.of(operand))
            .map(name -> name.asString().getValue())
            .toList();
    if (actual == null
        || names.stream().noneMatch(name -> typesNamed(name).contains(actual.getBsonType()))) {
      throw mismatch(path, "expected a value of type %s, found %s".formatted(names, actual));
    }
  }

  private static List<BsonType> typesNamed(String name) {
    List<BsonType> types = TYPES.get(name);
    if (types == null) {
      throw new IllegalArgumentException("unknown type \"%s\"".formatted(name));
    }
    return types;
  }

  private static void matchHexBytes(String hex, String path, @Nullable BsonValue actual) {
    byte[] expected = HexFormat.of().parseHex(hex);
    if (actual == null
        || !actual.isBinary()
        || !Arrays.equals(expected, actual.asBinary().getData())) {
      throw mismatch(path, "expected the bytes %s, found %s".formatted(hex, actual));
    }
  }

  private static void matchLessOrEqual(BsonNumber limit, String path, @Nullable BsonValue actual) {
    if (!(actual instanceof BsonNumber number) || compare(number, limit) > 0) {
      throw mismatch(path, "expected at most %s, found %s".formatted(limit, actual));
    }
  }

  private static BsonDocument parsed(String path, @Nullable BsonValue actual) {
    if (actual == null || !actual.isString()) {
      throw mismatch(path, "expected a string of Extended JSON, found %s".formatted(actual));
    }
    try {
      return BsonDocument.parse(actual.asString().getValue());
    } catch (JsonParseException | BsonInvalidOperationException notADocument) {
      throw new AssertionError(
          "%s: expected the JSON of a document, found %s".formatted(path, actual), notADocument);
    }
  }

  private static AssertionError mismatch(String path, String what) {
    return new AssertionError(path + ": " + what);
  }
}
