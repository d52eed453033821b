package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/**
 * What a {@code $merge} stage asks for.
 *
 * @param into the collection to write to
 * @param on the fields that tell whether a document is there already; empty for the default, {@code
 *     _id}
 * @param whenMatched what to do with a document that is there
 * @param pipeline how to change it, if that is by a pipeline
 * @param let the variables of the pipeline
 * @param whenNotMatched what to do with one that is not
 */
public record MergeSpec(
    CollectionName into,
    ImmutableList<String> on,
    WhenMatched whenMatched,
    Optional<BsonArray> pipeline,
    BsonDocument let,
    WhenNotMatched whenNotMatched) {

  /** What becomes of a document that is there already. */
  public enum WhenMatched {
    REPLACE,
    KEEP_EXISTING,
    MERGE,
    FAIL,
    PIPELINE
  }

  /** What becomes of a document that is not there. */
  public enum WhenNotMatched {
    INSERT,
    DISCARD,
    FAIL
  }
}
