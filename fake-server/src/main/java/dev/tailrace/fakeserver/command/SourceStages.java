package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.stage.CommandStage;
import dev.tailrace.fakeserver.query.stage.Pipeline;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bson.BsonBinary;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** Stages at the head of a pipeline that tell of the server instead of reading a collection. */
final class SourceStages {

  private SourceStages() {}

  /**
   * The documents that the stage begins with.
   *
   * @throws CommandFailure if there is nothing of that kind here
   */
  static Iterator<BsonDocument> documents(
      Invocation call, Namespace namespace, CommandStage stage) {
    return switch (stage.name()) {
      case "$collStats" -> List.of(CollectionStats.of(call, namespace, stage.spec())).iterator();
      case "$indexStats" -> indexStats(call, namespace).iterator();
      case "$currentOp" -> OperationCommands.stage(call, namespace, stage.spec()).iterator();
      case "$planCacheStats" -> List.<BsonDocument>of().iterator();
      case "$listLocalSessions", "$listSessions" -> sessions(call).iterator();
      case "$geoNear" ->
          throw new CommandFailure(
              ErrorCode.NO_QUERY_EXECUTION_PLANS,
              "error processing query: ns="
                  + namespace
                  + " planner returned error :: caused by :: unable to find index for $geoNear"
                  + " query");
      default -> throw Pipeline.notFirst(stage.name(), call.version());
    };
  }

  private static List<BsonDocument> indexStats(Invocation call, Namespace namespace) {
    StoredCollection collection = call.readState().collection(namespace);
    List<BsonDocument> stats = new ArrayList<>();
    if (collection != null) {
      for (Index index : collection.indexes()) {
        stats.add(
            new BsonDocument("name", new BsonString(index.name()))
                .append("key", index.key())
                .append("host", new BsonString(call.member().address()))
                .append(
                    "accesses",
                    new BsonDocument("ops", new BsonInt64(0))
                        .append("since", new BsonDateTime(call.wallMillis())))
                .append("spec", index.spec()));
      }
    }
    return stats;
  }

  private static List<BsonDocument> sessions(Invocation call) {
    List<BsonDocument> sessions = new ArrayList<>();
    for (BsonBinary id : call.world().sessions().all()) {
      sessions.add(
          new BsonDocument("_id", new BsonDocument("id", id))
              .append("lastUse", new BsonDateTime(call.wallMillis())));
    }
    return sessions;
  }
}
