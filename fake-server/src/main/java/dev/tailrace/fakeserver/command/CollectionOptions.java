package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The types of the options that {@code create} and {@code collMod} take. */
final class CollectionOptions {

  private static final ImmutableMap<String, BsonType> TYPES =
      ImmutableMap.<String, BsonType>builder()
          .put("collation", BsonType.DOCUMENT)
          .put("idIndex", BsonType.DOCUMENT)
          .put("indexOptionDefaults", BsonType.DOCUMENT)
          .put("pipeline", BsonType.ARRAY)
          .put("storageEngine", BsonType.DOCUMENT)
          .put("timeseries", BsonType.DOCUMENT)
          .put("validationAction", BsonType.STRING)
          .put("validationLevel", BsonType.STRING)
          .put("validator", BsonType.DOCUMENT)
          .put("viewOn", BsonType.STRING)
          .buildOrThrow();

  private static final ImmutableSet<String> FLAGS =
      ImmutableSet.of("capped", "recordPreImages", "temp");

  private static final ImmutableSet<String> NUMBERS = ImmutableSet.of("max", "size");

  /** What a capped collection may be told to hold at most. */
  private static final long MAX_SIZE_BYTES = 1L << 50;

  private static final ImmutableSet<String> LEVELS = ImmutableSet.of("moderate", "off", "strict");

  private CollectionOptions() {}

  /**
   * Refuses an option whose value is of a type that it does not take.
   *
   * @throws CommandFailure 2 or 14
   */
  static void checkTypes(Invocation call) {
    String command = call.request().name();
    TYPES.forEach(
        (option, type) -> Idl.requireType(command + "." + option, given(call, option), type));
    FLAGS.forEach(option -> Idl.requireFlag(command + "." + option, given(call, option)));
    NUMBERS.forEach(option -> requireNumber(command + "." + option, given(call, option)));
    ImmutableSet<String> actions =
        call.version().atLeast(8, 1)
            ? ImmutableSet.of("error", "errorAndLog", "warn")
            : ImmutableSet.of("error", "warn");
    requireOneOf(call, "validationLevel", LEVELS, "invalid validation level: ");
    requireOneOf(call, "validationAction", actions, "invalid validation action: ");
  }

  /**
   * Refuses values that no collection can have.
   *
   * @throws CommandFailure 2 or 72
   */
  static void checkWords(Invocation call) {
    BsonDocument body = call.request().body();
    BsonValue idIndex = Idl.given(body, "idIndex");
    for (String other : List.of("viewOn", "autoIndexId")) {
      if (idIndex != null && Idl.given(body, other) != null) {
        throw new CommandFailure(
            ErrorCode.INVALID_OPTIONS,
            "'idIndex' is not allowed with '%s': %s".formatted(other, ElementText.value(idIndex)));
      }
    }
    if (idIndex instanceof BsonDocument spec) {
      IndexSpecs.checkIdIndex(spec, call.version());
    }
    require(!isBelowZero(call, "size"), "size has to be >= 0");
    require(
        !(given(call, "size") instanceof BsonNumber size) || size.longValue() <= MAX_SIZE_BYTES,
        "size cannot exceed 1 PB");
    require(
        !(given(call, "max") instanceof BsonNumber max) || max.longValue() < 1L << 31,
        "max in a capped collection has to be < 2^31 or not set");
    require(
        !(given(call, "collation") instanceof BsonDocument collation) || !collation.isEmpty(),
        "'collation' cannot be an empty document.");
    require(
        !(given(call, "viewOn") instanceof BsonString viewOn) || !viewOn.getValue().isEmpty(),
        "'viewOn' cannot be empty.'");
    if (given(call, "viewOn") == null
        && given(call, "pipeline") instanceof BsonArray pipeline
        && (call.version().atLeast(5, 0) || !pipeline.isEmpty())) {
      throw call.version().atLeast(5, 0)
          ? new CommandFailure(
              ErrorCode.INVALID_OPTIONS, "'pipeline' requires 'viewOn' to also be specified")
          : new CommandFailure(
              ErrorCode.BAD_VALUE, "'pipeline' cannot be specified without 'viewOn'");
    }
  }

  private static boolean isBelowZero(Invocation call, String option) {
    return given(call, option) instanceof BsonNumber number && number.longValue() < 0;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, message);
    }
  }

  /** The pipeline of a view; empty if none is given. */
  static List<BsonDocument> pipeline(@Nullable BsonValue value) {
    List<BsonDocument> pipeline = new ArrayList<>();
    if (value instanceof BsonArray stages) {
      for (BsonValue stage : stages) {
        if (!(stage instanceof BsonDocument document)) {
          throw new CommandFailure(
              ErrorCode.TYPE_MISMATCH, "Each element of the 'pipeline' array must be an object");
        }
        pipeline.add(document);
      }
    }
    return pipeline;
  }

  private static void requireNumber(String path, @Nullable BsonValue value) {
    if (value != null && !(value instanceof BsonNumber)) {
      throw Idl.wrongType(
          path, value, BsonType.INT64, BsonType.INT32, BsonType.DECIMAL128, BsonType.DOUBLE);
    }
  }

  private static void requireOneOf(
      Invocation call, String option, ImmutableSet<String> values, String wordsUpTo44) {
    if (given(call, option) instanceof BsonString text && !values.contains(text.getValue())) {
      ServerVersion version = call.version();
      throw version.atLeast(5, 0)
          ? Idl.notInEnumeration(call.request().name() + "." + option, text.getValue())
          : new CommandFailure(ErrorCode.BAD_VALUE, wordsUpTo44 + text.getValue());
    }
  }

  /** The value of an option; null where it is absent or null. */
  private static @Nullable BsonValue given(Invocation call, String option) {
    BsonValue value = call.request().get(option);
    return value == null || value.isNull() ? null : value;
  }
}
