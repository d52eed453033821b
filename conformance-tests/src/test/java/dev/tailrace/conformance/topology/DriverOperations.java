package dev.tailrace.conformance.topology;

import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;

/** The commands that the operations of a driver's collections stand for (CRUD specification). */
final class DriverOperations {

  private DriverOperations() {}

  /** The first command of an operation. */
  static BsonDocument command(String operation, String collection, BsonDocument arguments) {
    BsonString target = new BsonString(collection);
    return switch (operation) {
      case "insertOne" -> write("insert", target, "documents", arguments.getDocument("document"));
      case "insertMany" ->
          new BsonDocument("insert", target)
              .append("documents", arguments.getArray("documents"))
              .append("ordered", BsonBoolean.TRUE);
      case "deleteOne" -> write("delete", target, "deletes", delete(arguments, 1));
      case "deleteMany" -> write("delete", target, "deletes", delete(arguments, 0));
      case "updateOne" -> write("update", target, "updates", update(arguments, false));
      case "updateMany" -> write("update", target, "updates", update(arguments, true));
      case "find" -> {
        BsonDocument find = new BsonDocument("find", target);
        find.putAll(arguments);
        yield find;
      }
      case "listDatabases", "commitTransaction", "abortTransaction" -> {
        BsonDocument command = new BsonDocument(operation, new BsonInt32(1));
        command.putAll(arguments);
        yield command;
      }
      default -> throw new AssertionError("unknown operation " + operation);
    };
  }

  private static BsonDocument write(
      String command, BsonString collection, String items, BsonDocument item) {
    return new BsonDocument(command, collection)
        .append(items, new BsonArray(List.of(item)))
        .append("ordered", BsonBoolean.TRUE);
  }

  private static BsonDocument delete(BsonDocument arguments, int limit) {
    return new BsonDocument("q", arguments.getDocument("filter"))
        .append("limit", new BsonInt32(limit));
  }

  private static BsonDocument update(BsonDocument arguments, boolean multi) {
    BsonDocument update =
        new BsonDocument("q", arguments.getDocument("filter")).append("u", arguments.get("update"));
    if (multi) {
      update.append("multi", BsonBoolean.TRUE);
    }
    if (arguments.containsKey("upsert")) {
      update.append("upsert", arguments.getBoolean("upsert"));
    }
    return update;
  }

  /** What asks for the next batch, where a reply has an open cursor. */
  static Optional<BsonDocument> getMore(BsonDocument reply, BsonDocument find) {
    BsonDocument cursor = reply.getDocument("cursor", new BsonDocument());
    BsonNumber id = cursor.getNumber("id", new BsonInt64(0));
    if (id.longValue() == 0) {
      return Optional.empty();
    }
    BsonDocument getMore =
        new BsonDocument("getMore", new BsonInt64(id.longValue()))
            .append("collection", find.getString("find"));
    BsonValue batchSize = find.get("batchSize");
    if (batchSize != null) {
      getMore.append("batchSize", batchSize);
    }
    return Optional.of(getMore);
  }

  /** Whether a driver would report no error. */
  static boolean isSuccess(BsonDocument reply) {
    return reply.getNumber("ok").intValue() == 1 && !reply.containsKey("writeErrors");
  }
}
