package dev.tailrace.fakeserver.idl;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The refusals of the server's generated parsers, which word them all alike. */
public final class Idl {

  private static final int UNKNOWN_FIELD = 40_415;
  private static final int MISSING_FIELD = 40_414;
  private static final int DUPLICATE_FIELD = 40_413;

  private Idl() {}

  /**
   * The value is of a wrong type.
   *
   * @param path the field, from the command's or struct's name on
   * @param expected the types that are taken
   */
  public static CommandFailure wrongType(String path, BsonValue found, BsonType... expected) {
    String wanted =
        expected.length == 1
            ? "type '" + BsonTypes.name(expected[0]) + "'"
            : Arrays.stream(expected)
                .map(BsonTypes::name)
                .collect(Collectors.joining(", ", "types '[", "]'"));
    return new CommandFailure(
        ErrorCode.TYPE_MISMATCH,
        "BSON field '%s' is the wrong type '%s', expected %s"
            .formatted(path, BsonTypes.name(found), wanted));
  }

  /** The value of a field; null where it is absent, null or undefined, which is all the same. */
  public static @Nullable BsonValue given(BsonDocument struct, String field) {
    BsonValue value = struct.get(field);
    return value == null || value.isNull() || value.getBsonType() == BsonType.UNDEFINED
        ? null
        : value;
  }

  /**
   * Refuses what is neither absent nor of the type.
   *
   * @throws CommandFailure 14
   */
  public static void requireType(String path, @Nullable BsonValue value, BsonType type) {
    if (value != null && value.getBsonType() != type) {
      throw wrongType(path, value, type);
    }
  }

  /**
   * Refuses what is neither absent nor a flag; such a flag may be a number.
   *
   * @throws CommandFailure 14
   */
  public static void requireFlag(String path, @Nullable BsonValue value) {
    if (value != null && !value.isBoolean() && !value.isNumber()) {
      throw wrongType(
          path,
          value,
          BsonType.BOOLEAN,
          BsonType.INT64,
          BsonType.INT32,
          BsonType.DECIMAL128,
          BsonType.DOUBLE);
    }
  }

  /**
   * Refuses a struct that has a field which is none of its own.
   *
   * @throws CommandFailure 40415
   */
  public static void requireKnown(String path, BsonDocument struct, Set<String> known) {
    for (String field : struct.keySet()) {
      if (!known.contains(field)) {
        throw unknownField(path + "." + field);
      }
    }
  }

  /** There is no such field. */
  public static CommandFailure unknownField(String path) {
    return new CommandFailure(UNKNOWN_FIELD, "BSON field '" + path + "' is an unknown field.");
  }

  /** A field that must be there is not. */
  public static CommandFailure missingField(String path) {
    return new CommandFailure(
        MISSING_FIELD, "BSON field '" + path + "' is missing but a required field");
  }

  /** A field is there twice. */
  public static CommandFailure duplicateField(String path) {
    return new CommandFailure(DUPLICATE_FIELD, "BSON field '" + path + "' is a duplicate field");
  }

  /** A string is none of the values that a field takes. */
  public static CommandFailure notInEnumeration(String path, String value) {
    return new CommandFailure(
        ErrorCode.BAD_VALUE,
        "Enumeration value '%s' for field '%s' is not a valid value.".formatted(value, path));
  }
}
