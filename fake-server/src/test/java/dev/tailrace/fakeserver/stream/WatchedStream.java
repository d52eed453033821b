package dev.tailrace.fakeserver.stream;

import dev.tailrace.fakeserver.network.RawConnection;
import java.util.List;
import java.util.Random;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is opened again and again from different starts, and read until nothing more comes;
 * in batches of random sizes.
 *
 * @param scope what it watches
 * @param options of the stage, but the start
 * @param stages behind it
 * @param version2 whether to ask for tokens of version 2 or not to; null for the release's own
 */
record WatchedStream(
    Scope scope, BsonDocument options, List<BsonDocument> stages, @Nullable Boolean version2) {

  /** The kinds of streams. */
  enum Scope {
    COLLECTION,
    DATABASE,
    CLUSTER
  }

  /** Reads until nothing more comes, also beyond the ends of the stream. */
  StreamRun readAll(RawConnection connection, Random random, BsonDocument start)
      throws InterruptedException {
    StreamRun run = new StreamRun();
    read(connection, random, start, run);
    while (run.endsWithInvalidate()) {
      BsonDocument last = run.events().get(run.events().size() - 1);
      int before = run.events().size();
      read(connection, random, new BsonDocument("startAfter", last.get("_id")), run);
      if (run.events().size() == before) {
        break;
      }
    }
    return run;
  }

  /** Reads until nothing more comes, or the stream ends. */
  StreamRun read(RawConnection connection, Random random, BsonDocument start)
      throws InterruptedException {
    StreamRun run = new StreamRun();
    read(connection, random, start, run);
    return run;
  }

  private void read(RawConnection connection, Random random, BsonDocument start, StreamRun run)
      throws InterruptedException {
    BsonDocument cursor = run(connection, aggregate(start, random));
    BsonArray batch = cursor.getArray("firstBatch");
    while (true) {
      batch.forEach(event -> run.add(event.asDocument()));
      if (cursor.containsKey("postBatchResumeToken")) {
        run.addToken(cursor.getDocument("postBatchResumeToken"));
      }
      if (cursor.getInt64("id").getValue() == 0) {
        return;
      }
      boolean isOver = batch.isEmpty() && cursor.containsKey("nextBatch");
      if (isOver) {
        connection.command(
            db(),
            new BsonDocument("killCursors", new BsonString("c"))
                .append("cursors", new BsonArray(List.of(cursor.get("id")))));
        return;
      }
      cursor = run(connection, getMore(cursor, random));
      batch = cursor.getArray("nextBatch");
    }
  }

  private BsonDocument run(RawConnection connection, BsonDocument command)
      throws InterruptedException {
    BsonDocument reply = connection.command(db(), command);
    if (!reply.containsKey("cursor")) {
      throw new AssertionError(command.toJson() + " was refused: " + reply.toJson());
    }
    return reply.getDocument("cursor");
  }

  private BsonDocument aggregate(BsonDocument start, Random random) {
    BsonDocument spec = options.clone();
    spec.putAll(start);
    if (scope == Scope.CLUSTER) {
      spec.append("allChangesForCluster", BsonBoolean.TRUE);
    }
    BsonArray pipeline = new BsonArray(List.of(new BsonDocument("$changeStream", spec)));
    pipeline.addAll(stages);
    int batchSize = random.nextInt(4) - 1;
    BsonValue subject = scope == Scope.COLLECTION ? new BsonString("c") : new BsonInt32(1);
    BsonDocument command =
        new BsonDocument("aggregate", subject)
            .append("pipeline", pipeline)
            .append(
                "cursor",
                batchSize < 0
                    ? new BsonDocument()
                    : new BsonDocument("batchSize", new BsonInt32(batchSize)));
    return version2 == null
        ? command
        : command.append("$_generateV2ResumeTokens", BsonBoolean.valueOf(version2));
  }

  private static BsonDocument getMore(BsonDocument cursor, Random random) {
    String namespace = cursor.getString("ns").getValue();
    BsonDocument command =
        new BsonDocument("getMore", cursor.get("id"))
            .append("collection", new BsonString(namespace.substring(namespace.indexOf('.') + 1)))
            .append("maxTimeMS", new BsonInt32(1));
    return random.nextBoolean()
        ? command
        : command.append("batchSize", new BsonInt32(1 + random.nextInt(3)));
  }

  private String db() {
    return scope == Scope.CLUSTER ? "admin" : "d";
  }
}
