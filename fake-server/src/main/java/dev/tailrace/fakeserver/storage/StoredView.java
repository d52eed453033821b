package dev.tailrace.fakeserver.storage;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * A view: a pipeline over another namespace of the same database.
 *
 * @param namespace its name
 * @param viewOn the collection or view it reads from
 * @param pipeline the stages put before those of the reader
 * @param collation the view's own default collation; empty for the simple one
 */
public record StoredView(
    Namespace namespace, String viewOn, List<BsonDocument> pipeline, BsonDocument collation)
    implements CatalogEntry {

  /** What the names of collections begin with that hold the buckets of time-series collections. */
  public static final String BUCKETS = "system.buckets.";

  public StoredView {
    requireNonNull(namespace, "namespace");
    requireNonNull(viewOn, "viewOn");
    pipeline = List.copyOf(pipeline);
    requireNonNull(collation, "collation");
  }

  /** Whether it is a time-series collection, as those who use it see that. */
  public boolean isTimeSeries() {
    return viewOn.startsWith(BUCKETS);
  }

  /** The options as {@code listCollections} shows them: {@code {viewOn, pipeline, collation?}}. */
  public BsonDocument options() {
    BsonDocument options =
        new BsonDocument("viewOn", new BsonString(viewOn))
            .append("pipeline", new BsonArray(pipeline));
    return collation.isEmpty() ? options : options.append("collation", collation);
  }
}
