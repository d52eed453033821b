package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.TimeLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The commands of a stream, as the change-streams specification composes them ("Driver API",
 * "Resume Process"). What the user left out is not sent.
 */
final class Commands {

  private final WatchTarget target;
  private final ChangeStreamOptions options;
  private final BsonDocument lsid;

  /**
   * @param lsid the session that every command of the stream carries
   */
  Commands(WatchTarget target, ChangeStreamOptions options, BsonDocument lsid) {
    this.target = target;
    this.options = options;
    this.lsid = lsid;
  }

  /**
   * Opens a cursor, on any server that the read preference admits.
   *
   * @param deprioritized the addresses of servers that were asked for the same just now, and failed
   * @param untilNanos when its answer is wanted at the latest
   */
  Request aggregate(StartPoint start, Set<String> deprioritized, long untilNanos) {
    BsonDocument cursor = new BsonDocument();
    options.batchSize().ifPresent(size -> cursor.append("batchSize", new BsonInt32(size)));
    BsonDocument command =
        new BsonDocument("aggregate", aggregateTarget())
            .append("pipeline", pipeline(start))
            .append("cursor", cursor);
    append(command, "collation", options.collation());
    append(command, "comment", options.comment());
    append(command, "readConcern", options.readConcern());
    command.append("lsid", lsid);
    return new Request(
        new Target.AnyEligible(
            options.readPreference().orElse(ReadPreference.PRIMARY), deprioritized),
        database(),
        command,
        timeLimit(untilNanos, OptionalLong.of(Long.MAX_VALUE)));
  }

  /**
   * Asks a cursor for its next batch.
   *
   * @param untilNanos when its answer is wanted at the latest
   */
  Request getMore(ServerCursor cursor, long untilNanos) {
    BsonDocument command =
        new BsonDocument("getMore", new BsonInt64(cursor.id()))
            .append("collection", new BsonString(cursor.collection()));
    // 0 asks the aggregate for an empty first batch; as the size of a further one it means nothing.
    options
        .batchSize()
        .ifPresent(
            size -> {
              if (size != 0) {
                command.append("batchSize", new BsonInt32(size));
              }
            });
    OptionalLong awaitMillis =
        options.maxAwaitTime().stream().mapToLong(Duration::toMillis).findFirst();
    // A server that is not to wait at all is told so whatever the time left: 0 is never too much.
    boolean byTransport = options.timeLimit().isPresent() && awaitMillis.orElse(1) > 0;
    if (!byTransport) {
      awaitMillis.ifPresent(millis -> command.append("maxTimeMS", new BsonInt64(millis)));
    }
    if (Capabilities.of(cursor.server()).takesCommentOnGetMore()) {
      append(command, "comment", options.comment());
    }
    command.append("lsid", lsid);
    return new Request(
        new Target.SameServer(cursor.server()),
        database(),
        command,
        timeLimit(untilNanos, byTransport ? awaitMillis : OptionalLong.empty()));
  }

  /** Frees a cursor at its server. */
  Request killCursors(ServerCursor cursor) {
    BsonDocument command =
        new BsonDocument("killCursors", new BsonString(cursor.collection()))
            .append("cursors", new BsonArray(List.of(new BsonInt64(cursor.id()))))
            .append("lsid", lsid);
    return new Request(new Target.SameServer(cursor.server()), database(), command);
  }

  /**
   * Only where there is a {@code timeoutMS} does the transport keep to a time, and tell the server
   * of what is left of it (client-side operations timeout specification, "Command Execution").
   */
  private Optional<TimeLimit> timeLimit(long untilNanos, OptionalLong mostMaxTimeMillis) {
    return options.timeLimit().map(timeout -> new TimeLimit(untilNanos, mostMaxTimeMillis));
  }

  private BsonArray pipeline(StartPoint start) {
    BsonDocument stage = new BsonDocument();
    append(stage, "fullDocument", options.fullDocument().map(BsonString::new));
    append(
        stage, "fullDocumentBeforeChange", options.fullDocumentBeforeChange().map(BsonString::new));
    append(stage, "showExpandedEvents", options.showExpandedEvents().map(BsonBoolean::valueOf));
    if (target instanceof WatchTarget.Cluster) {
      stage.append("allChangesForCluster", BsonBoolean.TRUE);
    }
    start.writeTo(stage);

    List<BsonValue> stages = new ArrayList<>();
    stages.add(new BsonDocument("$changeStream", stage));
    stages.addAll(options.pipeline());
    return new BsonArray(stages);
  }

  private BsonValue aggregateTarget() {
    return target instanceof WatchTarget.Collection collection
        ? new BsonString(collection.collection())
        : new BsonInt32(1);
  }

  private String database() {
    if (target instanceof WatchTarget.Collection collection) {
      return collection.database();
    }
    return target instanceof WatchTarget.Database database ? database.database() : "admin";
  }

  private static void append(
      BsonDocument document, String name, Optional<? extends BsonValue> value) {
    value.ifPresent(present -> document.append(name, present));
  }
}
