package dev.tailrace.fakeserver.query.value;

import com.google.common.collect.ImmutableMap;
import java.util.Optional;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The server's names, numbers and classes of BSON types. */
public final class BsonTypes {

  /** The name of the type of a missing value. */
  public static final String MISSING = "missing";

  private static final ImmutableMap<String, BsonType> BY_NAME = byName();

  private BsonTypes() {}

  /** The type's name as the server's messages and {@code $type} have it; of null, "missing". */
  public static String name(@Nullable BsonValue value) {
    return value == null ? MISSING : name(value.getBsonType());
  }

  public static String name(BsonType type) {
    return switch (type) {
      case END_OF_DOCUMENT -> MISSING;
      case DOUBLE -> "double";
      case STRING -> "string";
      case DOCUMENT -> "object";
      case ARRAY -> "array";
      case BINARY -> "binData";
      case UNDEFINED -> "undefined";
      case OBJECT_ID -> "objectId";
      case BOOLEAN -> "bool";
      case DATE_TIME -> "date";
      case NULL -> "null";
      case REGULAR_EXPRESSION -> "regex";
      case DB_POINTER -> "dbPointer";
      case JAVASCRIPT -> "javascript";
      case SYMBOL -> "symbol";
      case JAVASCRIPT_WITH_SCOPE -> "javascriptWithScope";
      case INT32 -> "int";
      case TIMESTAMP -> "timestamp";
      case INT64 -> "long";
      case DECIMAL128 -> "decimal";
      case MIN_KEY -> "minKey";
      case MAX_KEY -> "maxKey";
    };
  }

  /** The type of that name, if there is one; "missing" names none. */
  public static Optional<BsonType> byName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** The type of that number, where −1 is minKey; 0 (end of document) counts as none. */
  public static Optional<BsonType> byCode(long code) {
    if (code == -1) {
      return Optional.of(BsonType.MIN_KEY);
    }
    if (code <= 0 || code > 127) {
      return Optional.empty();
    }
    return Optional.ofNullable(BsonType.findByValue((int) code));
  }

  /** The value, or a null reference for whatever is missing, null or undefined. */
  public static @Nullable BsonValue present(@Nullable BsonValue value) {
    return isNullish(value) ? null : value;
  }

  /** Missing, null or undefined. */
  public static boolean isNullish(@Nullable BsonValue value) {
    return value == null || value.isNull() || value.getBsonType() == BsonType.UNDEFINED;
  }

  /**
   * The place of a type in the order of types: values of one class are compared with each other,
   * values of different classes by class.
   */
  public static int orderClass(@Nullable BsonValue value) {
    return value == null ? 0 : orderClass(value.getBsonType());
  }

  public static int orderClass(BsonType type) {
    return switch (type) {
      case MIN_KEY -> -1;
      case END_OF_DOCUMENT, UNDEFINED -> 0;
      case NULL -> 5;
      case INT32, INT64, DOUBLE, DECIMAL128 -> 10;
      case STRING, SYMBOL -> 15;
      case DOCUMENT -> 20;
      case ARRAY -> 25;
      case BINARY -> 30;
      case OBJECT_ID -> 35;
      case BOOLEAN -> 40;
      case DATE_TIME -> 45;
      case TIMESTAMP -> 47;
      case REGULAR_EXPRESSION -> 50;
      case DB_POINTER -> 55;
      case JAVASCRIPT -> 60;
      case JAVASCRIPT_WITH_SCOPE -> 65;
      case MAX_KEY -> 127;
    };
  }

  private static ImmutableMap<String, BsonType> byName() {
    ImmutableMap.Builder<String, BsonType> map = ImmutableMap.builder();
    for (BsonType type : BsonType.values()) {
      if (type != BsonType.END_OF_DOCUMENT) {
        map.put(name(type), type);
      }
    }
    return map.buildOrThrow();
  }
}
