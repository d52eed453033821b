package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.cursor.ServerCursor;
import dev.tailrace.fakeserver.transaction.SessionInfo;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** One operation as {@code $currentOp} shows it. Nothing here waits for locks or yields. */
final class OperationDocument {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private OperationDocument() {}

  static BsonDocument of(Operation operation) {
    Invocation call = operation.call();
    ClientConnection client = call.connection();
    BsonDocument document =
        new BsonDocument("type", new BsonString("op"))
            .append("host", new BsonString(call.member().address()))
            .append("desc", new BsonString("conn" + client.id()))
            .append("connectionId", new BsonInt32(client.id()))
            .append("client", new BsonString(client.remote()));
    if (client.appName() != null) {
      document.append("appName", new BsonString(client.appName()));
    }
    long nanos = call.nowNanos() - operation.startedNanos();
    String time = TIME.format(Instant.ofEpochMilli(call.wallMillis()));
    document
        .append("active", BsonBoolean.TRUE)
        .append("currentOpTime", new BsonString(time))
        .append("opid", new BsonInt32(operation.id()));
    BsonBinary session = call.session().sessionId();
    if (session != null) {
      BsonBinary user = new BsonBinary(Base64.getDecoder().decode(SessionInfo.NO_USER));
      document.append("lsid", new BsonDocument("id", session).append("uid", user));
    }
    if (operation.isKilled()) {
      document.append("killPending", BsonBoolean.TRUE);
    }
    document
        .append("secs_running", new BsonInt64(TimeUnit.NANOSECONDS.toSeconds(nanos)))
        .append("microsecs_running", new BsonInt64(TimeUnit.NANOSECONDS.toMicros(nanos)))
        .append("op", new BsonString(kind(call.request().name())))
        .append("ns", new BsonString(namespace(call.request())))
        .append("command", call.request().body());
    appendCursor(document, call);
    return document
        .append("numYields", new BsonInt32(0))
        .append("locks", new BsonDocument())
        .append("waitingForLock", BsonBoolean.FALSE)
        .append("lockStats", new BsonDocument())
        .append("waitingForFlowControl", BsonBoolean.FALSE)
        .append("flowControlStats", new BsonDocument());
  }

  private static String kind(String command) {
    return switch (command) {
      case "getMore" -> "getmore";
      case "find" -> "query";
      case "insert", "update" -> command;
      case "delete" -> "remove";
      default -> "command";
    };
  }

  private static String namespace(Request request) {
    String field = request.name().equals("getMore") ? "collection" : request.name();
    return request.db()
        + "."
        + (request.get(field) instanceof BsonString name ? name.getValue() : "$cmd");
  }

  private static void appendCursor(BsonDocument document, Invocation call) {
    BsonValue subject = call.request().subject();
    if (!call.request().name().equals("getMore") || !(subject instanceof BsonInt64 id)) {
      return;
    }
    ServerCursor cursor = call.node().cursors().get(id.getValue());
    if (cursor != null) {
      document.append(
          "cursor",
          new BsonDocument("cursorId", id)
              .append("noCursorTimeout", BsonBoolean.valueOf(cursor.owner().noTimeout()))
              .append("tailable", BsonBoolean.valueOf(cursor.awaitsData()))
              .append("awaitData", BsonBoolean.valueOf(cursor.awaitsData())));
    }
  }
}
