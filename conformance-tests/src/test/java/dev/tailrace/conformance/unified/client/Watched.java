package dev.tailrace.conformance.unified.client;

import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCluster;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.tailrace.engine.WatchTarget;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.bson.BsonDocument;

/**
 * What a change stream is opened on: the same thing for the engine and for the official driver.
 *
 * @param target to the engine
 * @param readConcern the read concern that the thing has, or has inherited
 * @param readPreference the read preference that the thing has, or has inherited
 * @param timeoutMS the time limit that the thing has, or has inherited
 * @param officially how the driver watches it: with the pipeline, session and time limit of the
 *     arguments, their other options not set yet
 */
public record Watched(
    WatchTarget target,
    ReadConcern readConcern,
    ReadPreference readPreference,
    Optional<Long> timeoutMS,
    Function<WatchArguments, ChangeStreamIterable<BsonDocument>> officially) {

  /** The whole cluster. */
  public static Watched of(MongoClient client) {
    return new Watched(
        WatchTarget.cluster(),
        client.getReadConcern(),
        client.getReadPreference(),
        Optional.ofNullable(client.getTimeout(TimeUnit.MILLISECONDS)),
        arguments -> {
          MongoCluster timed =
              arguments.timeoutMS().isPresent()
                  ? client.withTimeout(arguments.timeoutMS().get(), TimeUnit.MILLISECONDS)
                  : client;
          return arguments.session().isPresent()
              ? timed.watch(arguments.session().get(), arguments.pipeline(), BsonDocument.class)
              : timed.watch(arguments.pipeline(), BsonDocument.class);
        });
  }

  /** One database. */
  public static Watched of(MongoDatabase database) {
    return new Watched(
        WatchTarget.database(database.getName()),
        database.getReadConcern(),
        database.getReadPreference(),
        Optional.ofNullable(database.getTimeout(TimeUnit.MILLISECONDS)),
        arguments -> {
          MongoDatabase timed =
              arguments.timeoutMS().isPresent()
                  ? database.withTimeout(arguments.timeoutMS().get(), TimeUnit.MILLISECONDS)
                  : database;
          return arguments.session().isPresent()
              ? timed.watch(arguments.session().get(), arguments.pipeline(), BsonDocument.class)
              : timed.watch(arguments.pipeline(), BsonDocument.class);
        });
  }

  /** One collection. */
  public static Watched of(MongoCollection<BsonDocument> collection) {
    return new Watched(
        WatchTarget.collection(
            collection.getNamespace().getDatabaseName(),
            collection.getNamespace().getCollectionName()),
        collection.getReadConcern(),
        collection.getReadPreference(),
        Optional.ofNullable(collection.getTimeout(TimeUnit.MILLISECONDS)),
        arguments -> {
          MongoCollection<BsonDocument> timed =
              arguments.timeoutMS().isPresent()
                  ? collection.withTimeout(arguments.timeoutMS().get(), TimeUnit.MILLISECONDS)
                  : collection;
          return arguments.session().isPresent()
              ? timed.watch(arguments.session().get(), arguments.pipeline(), BsonDocument.class)
              : timed.watch(arguments.pipeline(), BsonDocument.class);
        });
  }
}
