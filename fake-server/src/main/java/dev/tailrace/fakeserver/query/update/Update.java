package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.MatchDetails;
import dev.tailrace.fakeserver.query.match.Matcher;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A parsed update: operators, a replacement or a pipeline. Immutable and thread-safe.
 *
 * <p>The manual's sections are Update Operators and Updates with Aggregation Pipeline.
 */
public abstract class Update {

  /** The three ways in which an update can be written. */
  public enum Kind {
    OPERATORS,
    REPLACEMENT,
    PIPELINE
  }

  /**
   * What an update made of a document.
   *
   * @param after the document after the update
   * @param modified whether the server counts the document as modified
   * @param log what operators did; empty for replacements and pipelines
   */
  public record Applied(BsonDocument after, boolean modified, UpdateLog log) {}

  Update() {}

  /**
   * Parses an update.
   *
   * @param update a document, or an array for a pipeline
   * @param arrayFilters what {@code $[identifier]} stands for; empty if not given
   * @throws CommandFailure if the server would refuse it
   */
  public static Update parse(BsonValue update, BsonArray arrayFilters, QueryContext context) {
    if (update instanceof BsonArray pipeline) {
      if (!arrayFilters.isEmpty()) {
        throw new CommandFailure(
            ErrorCode.FAILED_TO_PARSE,
            "arrayFilters may not be specified for pipeline-syle updates");
      }
      return PipelineUpdate.parse(pipeline, context);
    }
    requireShape(update);
    BsonDocument document = update.asDocument();
    boolean operators = !document.isEmpty() && document.getFirstKey().startsWith("$");
    if (!operators && !arrayFilters.isEmpty()) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE,
          "arrayFilters may not be specified for replacement-style updates");
    }
    ImmutableMap<String, Matcher> filters = ArrayFilters.parse(arrayFilters, context);
    return operators
        ? OperatorUpdate.parse(document, filters, context)
        : new ReplacementUpdate(document, context);
  }

  /**
   * Refuses what can be no update, whatever is in it.
   *
   * @throws CommandFailure 9
   */
  public static void requireShape(BsonValue update) {
    if (!update.isDocument() && !update.isArray()) {
      throw new CommandFailure(
          ErrorCode.FAILED_TO_PARSE, "Update argument must be either an object or an array");
    }
  }

  /** How the update was written. */
  public abstract Kind kind();

  /**
   * Updates a document.
   *
   * @param details how the document matched the filter, for the positional {@code $}
   * @throws CommandFailure if the server would fail
   */
  public abstract Applied apply(BsonDocument before, MatchDetails details);

  /**
   * The document that an upsert inserts when nothing matches: what the filter demands to be equal,
   * updated. It has its {@code _id} first, or none, and then the caller makes one up.
   *
   * @throws CommandFailure if the server would fail
   */
  public abstract BsonDocument upsert(Matcher filter);

  /** The document with its {@code _id} first, if it has one. */
  static BsonDocument withIdFirst(BsonDocument document) {
    BsonValue id = document.get("_id");
    if (id == null) {
      return document;
    }
    BsonDocument sorted = new BsonDocument("_id", id);
    document.forEach(sorted::putIfAbsent);
    return sorted;
  }
}
