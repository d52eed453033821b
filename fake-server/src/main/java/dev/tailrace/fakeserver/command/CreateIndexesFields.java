package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** The fields of {@code createIndexes}, whose parser was written by hand up to 4.4. */
final class CreateIndexesFields {

  static final String COMMIT_QUORUM = "commitQuorum";

  private static final String INDEXES = "indexes";

  private static final Set<String> KNOWN =
      Set.of(INDEXES, COMMIT_QUORUM, "ignoreUnknownIndexOptions");

  private CreateIndexesFields() {}

  /**
   * The descriptions of the indexes.
   *
   * @throws CommandFailure as the release would refuse the command
   */
  static List<RawBsonDocument> specs(Request request, ServerVersion version) {
    if (version.atLeast(5, 0)) {
      List<RawBsonDocument> specs = request.documents(INDEXES);
      if (specs == null) {
        throw Idl.missingField(request.name() + "." + INDEXES);
      }
      return requireAny(specs);
    }
    checkByHand(request, version);
    List<RawBsonDocument> specs = request.documents(INDEXES);
    return requireAny(specs == null ? List.of() : specs);
  }

  private static List<RawBsonDocument> requireAny(List<RawBsonDocument> specs) {
    if (specs.isEmpty()) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "Must specify at least one index to create");
    }
    return specs;
  }

  private static void checkByHand(Request request, ServerVersion version) {
    for (String field : request.body().keySet()) {
      boolean isKnown =
          field.equals(request.name())
              || KNOWN.contains(field)
              || GenericFields.isOne(field, version);
      if (!isKnown) {
        throw new CommandFailure(
            ErrorCode.BAD_VALUE, "Invalid field specified for createIndexes command: " + field);
      }
    }
    BsonValue ignore = request.get("ignoreUnknownIndexOptions");
    if (ignore != null && !ignore.isBoolean()) {
      throw mismatch(
          "The field 'ignoreUnknownIndexOptions' must be a boolean, but got "
              + BsonTypes.name(ignore));
    }
    if (request.sequences().containsKey(INDEXES)) {
      return;
    }
    BsonValue indexes = request.get(INDEXES);
    if (indexes == null) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "The 'indexes' field is a required argument of the createIndexes command");
    }
    if (!(indexes instanceof BsonArray array)) {
      throw mismatch("The field 'indexes' must be an array, but got " + BsonTypes.name(indexes));
    }
    for (BsonValue element : array) {
      if (!element.isDocument()) {
        throw mismatch(
            "The elements of the 'indexes' array must be objects, but got "
                + BsonTypes.name(element));
      }
    }
  }

  private static CommandFailure mismatch(String message) {
    return new CommandFailure(ErrorCode.TYPE_MISMATCH, message);
  }
}
