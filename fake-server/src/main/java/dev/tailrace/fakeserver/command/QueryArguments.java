package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.Collation;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.Locale;
import java.util.Set;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Reads the arguments that queries have in common, refusing wrong types as the release does. */
final class QueryArguments {

  private final Invocation call;

  QueryArguments(Invocation call) {
    this.call = call;
  }

  private static final Set<String> LENIENT = Set.of("findAndModify", "findandmodify");

  /** The commands whose parsers were generated before the others were. */
  private static final Set<String> GENERATED = Set.of("count", "distinct");

  /** A document; empty where it is absent or null. */
  BsonDocument document(String field) {
    BsonValue value = given(field);
    if (value == null) {
      return new BsonDocument();
    }
    if (value instanceof BsonDocument document) {
      return document;
    }
    if (isLenient()) {
      return new BsonDocument();
    }
    throw wrongType(field, value, BsonType.DOCUMENT);
  }

  /** Whether the command's parser takes a value of a wrong type for none, and any for a flag. */
  private boolean isLenient() {
    return !call.version().atLeast(5, 0) && LENIENT.contains(call.request().name());
  }

  /** A flag; false where it is absent. */
  boolean flag(String field) {
    BsonValue value = given(field);
    if (value == null) {
      return false;
    }
    if (value instanceof BsonBoolean flag) {
      return flag.getValue();
    }
    if (value instanceof BsonNumber number && (call.version().atLeast(5, 0) || isLenient())) {
      return number.doubleValue() != 0;
    }
    if (isLenient()) {
      return true;
    }
    throw wrongType(field, value, BsonType.BOOLEAN);
  }

  /** A number that may not be negative; null where it is absent. */
  @Nullable Long count(String field) {
    BsonValue value = given(field);
    if (value == null) {
      return null;
    }
    if (!(value instanceof BsonNumber number)) {
      if (call.version().atLeast(5, 0)) {
        throw Idl.wrongType(
            path(field),
            value,
            BsonType.INT64,
            BsonType.INT32,
            BsonType.DECIMAL128,
            BsonType.DOUBLE);
      }
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "Failed to parse: %s. '%s' field must be numeric."
              .formatted(ElementText.value(call.request().body()), field));
    }
    long count = number.longValue();
    if (count < 0) {
      throw call.version().atLeast(5, 0)
          ? new CommandFailure(
              51_024,
              "BSON field '%s' value must be >= 0, actual value '%d'".formatted(field, count))
          : new CommandFailure(
              ErrorCode.BAD_VALUE,
              "%s value must be non-negative, but received: %d"
                  .formatted(
                      field.equals("batchSize")
                          ? "BatchSize"
                          : field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1),
                      count));
    }
    return count;
  }

  /** The collation of the command, or else that of the collection. */
  Collation collation(@Nullable StoredCollection collection) {
    BsonValue value = given("collation");
    if (value == null) {
      return collection != null && collection.options().get("collation") instanceof BsonDocument own
          ? Collation.parse(own)
          : Collation.SIMPLE;
    }
    if (value instanceof BsonDocument document) {
      return Collation.parse(document);
    }
    throw wrongType("collation", value, BsonType.DOCUMENT);
  }

  /** Refuses a comment that is no string, as releases before 4.4 do. */
  void checkComment() {
    BsonValue comment = given(GenericFields.COMMENT);
    if (comment != null && !comment.isString() && !call.version().atLeast(4, 4)) {
      throw wrongType(GenericFields.COMMENT, comment, BsonType.STRING);
    }
  }

  /** What the command's queries on a collection may know. */
  QueryContext context(@Nullable StoredCollection collection) {
    return call.queryContext(collation(collection), document("let"));
  }

  private @Nullable BsonValue given(String field) {
    BsonValue value = call.request().get(field);
    return value == null || value.isNull() ? null : value;
  }

  private CommandFailure wrongType(String field, BsonValue value, BsonType wanted) {
    return call.version().atLeast(5, 0) || GENERATED.contains(call.request().name())
        ? Idl.wrongType(path(field), value, wanted)
        : new CommandFailure(
            ErrorCode.FAILED_TO_PARSE,
            "Failed to parse: %s. '%s' field must be of BSON type %s."
                .formatted(
                    ElementText.value(call.request().body()), field, BsonTypes.name(wanted)));
  }

  private String path(String field) {
    String command = call.request().name();
    return (command.equals("find") ? "FindCommandRequest" : command) + "." + field;
  }
}
