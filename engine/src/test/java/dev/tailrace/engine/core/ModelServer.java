package dev.tailrace.engine.core;

import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/**
 * A server for {@link MachinePropertyTest}: a list of what was committed, and cursors into it. It
 * answers at once and truly; trouble is made by whoever carries its answers.
 *
 * <p>A token says its place: the time of its event in seconds, and there the fragment, or {@link
 * #BEHIND} for a {@code postBatchResumeToken} behind all fragments.
 */
final class ModelServer {

  static final int FIRST_SECOND = 1_000;
  private static final int BEHIND = 100;

  private final List<Item> committed = new ArrayList<>();
  private final Map<Long, Cursor> cursors = new TreeMap<>();
  private int events;
  private long lastCursor = 70;

  /** What is handed over as one event where fragments are not put together. */
  record Item(int second, int fragment, int of, Kind kind) {

    enum Kind {
      PLAIN,
      UNDECODABLE,
      INVALIDATE,
      /** Has no {@code _id}. Is never committed; trouble puts it into batches. */
      WITHOUT_TOKEN
    }

    String token() {
      return ModelServer.token(second, fragment);
    }

    boolean isLastFragment() {
      return fragment == of;
    }

    BsonDocument document() {
      BsonDocument document = new BsonDocument();
      if (kind != Kind.WITHOUT_TOKEN) {
        document.append("_id", tokenDocument(token()));
      }
      if (of > 1) {
        document.append(
            "splitEvent",
            new BsonDocument("fragment", new BsonInt32(fragment)).append("of", new BsonInt32(of)));
      }
      String type =
          kind == Kind.INVALIDATE
              ? "invalidate"
              : kind == Kind.UNDECODABLE ? Conversation.UNDECODABLE : "insert";
      return isLastFragment() ? document.append("operationType", new BsonString(type)) : document;
    }
  }

  /**
   * What a server says to an aggregate or a getMore.
   *
   * @param refusal why it says no; empty for a batch
   */
  record Reply(
      ServerRef server,
      long cursorId,
      List<Item> items,
      Optional<String> postBatchResumeToken,
      Optional<BsonTimestamp> operationTime,
      Optional<String> refusal) {

    Reply with(List<Item> otherItems) {
      return new Reply(server, cursorId, otherItems, postBatchResumeToken, operationTime, refusal);
    }

    BsonDocument body() {
      if (refusal.isPresent()) {
        return error(260, Optional.empty(), refusal.get());
      }
      BsonArray batch = new BsonArray();
      items.forEach(item -> batch.add(item.document()));
      BsonDocument cursor = new BsonDocument("nextBatch", batch);
      postBatchResumeToken.ifPresent(
          token -> cursor.append("postBatchResumeToken", tokenDocument(token)));
      cursor.append("id", new BsonInt64(cursorId)).append("ns", new BsonString("shop.orders"));
      BsonDocument body = new BsonDocument("cursor", cursor).append("ok", new BsonDouble(1));
      operationTime.ifPresent(time -> body.append("operationTime", time));
      return body;
    }
  }

  /** What a server does not tell of, as older ones do not. */
  record Silence(boolean noTokens, boolean noTime) {}

  private static final class Cursor {
    private final ServerRef server;
    private final int first;
    private int at;
    private boolean open = true;

    Cursor(ServerRef server, int first) {
      this.server = server;
      this.first = first;
      at = first;
    }
  }

  // ---------------------------------------------------------------- history

  void commit(Item.Kind kind, int fragments) {
    events++;
    for (int fragment = 1; fragment <= fragments; fragment++) {
      committed.add(new Item(FIRST_SECOND + events, fragment, fragments, kind));
    }
  }

  int committed() {
    return committed.size();
  }

  Item item(int index) {
    return committed.get(index);
  }

  /** The first of what a stream gets that asks for this {@code $changeStream}. */
  int firstBehind(BsonDocument stage) {
    for (int i = 0; i < committed.size(); i++) {
      if (isBehind(committed.get(i), stage)) {
        return i;
      }
    }
    return committed.size();
  }

  private static boolean isBehind(Item item, BsonDocument stage) {
    BsonDocument token =
        stage.getDocument("startAfter", stage.getDocument("resumeAfter", new BsonDocument()));
    if (!token.isEmpty()) {
      String data = token.getString("_data").getValue();
      return data.compareTo(item.token()) < 0; // Tokens sort as what they stand for.
    }
    return stage.containsKey("startAtOperationTime")
        && stage.getTimestamp("startAtOperationTime").compareTo(new BsonTimestamp(item.second(), 1))
            <= 0;
  }

  private boolean isInvalidate(String token) {
    return committed.stream()
        .anyMatch(item -> item.kind() == Item.Kind.INVALIDATE && item.token().equals(token));
  }

  // ---------------------------------------------------------------- commands

  /** Runs an aggregate or a getMore. */
  Reply answer(Request request, int batchSize, Silence silence) {
    if (request.commandName().equals("getMore")) {
      long id = request.command().getInt64("getMore").longValue();
      return batch(id, batchSize, silence);
    }
    BsonDocument stage = stage(request);
    ServerRef server = server(addressOf(lastCursor + 1));
    if (stage.containsKey("resumeAfter")
        && isInvalidate(stage.getDocument("resumeAfter").getString("_data").getValue())) {
      String why =
          "Attempting to resume a change stream using 'resumeAfter' is not allowed from an"
              + " invalidate notification";
      return new Reply(server, 0, List.of(), Optional.empty(), Optional.empty(), Optional.of(why));
    }
    cursors.put(++lastCursor, new Cursor(server, firstBehind(stage)));
    return batch(lastCursor, batchSize, silence);
  }

  private Reply batch(long id, int batchSize, Silence silence) {
    Cursor cursor = open(id);
    List<Item> items = new ArrayList<>();
    while (cursor.open && items.size() < batchSize && cursor.at < committed.size()) {
      Item item = committed.get(cursor.at++);
      items.add(item);
      cursor.open = item.kind() != Item.Kind.INVALIDATE;
    }
    // With a full batch the server may not have looked behind the invalidate yet.
    boolean closesLater = !items.isEmpty() && items.size() == batchSize;
    Optional<BsonTimestamp> now = Optional.of(new BsonTimestamp(FIRST_SECOND + events, BEHIND));
    return new Reply(
        cursor.server,
        cursor.open || closesLater ? id : 0,
        items,
        silence.noTokens() ? Optional.empty() : Optional.of(tokenOf(cursor)),
        silence.noTime() ? Optional.empty() : now,
        Optional.empty());
  }

  /** Where a cursor stands: on the last item it has returned, or behind what was before it. */
  private String tokenOf(Cursor cursor) {
    if (cursor.at == 0) {
      return token(FIRST_SECOND, BEHIND);
    }
    Item last = committed.get(cursor.at - 1);
    boolean isInPlace =
        !last.isLastFragment() || (last.kind() == Item.Kind.INVALIDATE && cursor.at > cursor.first);
    return isInPlace ? last.token() : token(last.second(), BEHIND);
  }

  /** Closes a cursor, for the server's own reasons. */
  void close(long id) {
    Cursor cursor = cursors.get(id);
    if (cursor != null) {
      cursor.open = false;
    }
  }

  /** Runs a killCursors; the cursor must be at this server, and must not have been killed yet. */
  void kill(Request request) {
    long id = request.command().getArray("cursors").get(0).asInt64().longValue();
    Cursor cursor = cursors.remove(id);
    ServerRef asked = ((Target.SameServer) request.target()).server();
    if (cursor == null || !cursor.server.equals(asked)) {
      throw new AssertionError("there is no cursor %d at %s".formatted(id, asked.address()));
    }
  }

  /** Where a cursor is, or was. */
  String addressOf(long id) {
    return id % 2 == 0 ? "a:27017" : "b:27017";
  }

  boolean isOpen(long id) {
    Cursor cursor = cursors.get(id);
    return cursor != null && cursor.open;
  }

  /** The cursors that are neither killed nor closed. */
  List<Long> openCursors() {
    return cursors.keySet().stream().filter(this::isOpen).toList();
  }

  private Cursor open(long id) {
    Cursor cursor = cursors.get(id);
    if (cursor == null) {
      throw new AssertionError("a getMore on cursor %d, which was killed".formatted(id));
    }
    return cursor;
  }

  // ---------------------------------------------------------------- words

  static BsonDocument stage(Request aggregate) {
    return aggregate
        .command()
        .getArray("pipeline")
        .get(0)
        .asDocument()
        .getDocument("$changeStream");
  }

  static BsonDocument error(int code, Optional<String> label, String message) {
    BsonArray labels = new BsonArray();
    label.ifPresent(name -> labels.add(new BsonString(name)));
    return new BsonDocument("ok", new BsonDouble(0))
        .append("code", new BsonInt32(code))
        .append("errmsg", new BsonString(message))
        .append("errorLabels", labels);
  }

  static ServerRef server(String address) {
    return new ServerRef(address, 25, ServerKind.REPLICA_SET_MEMBER);
  }

  /** A high-water-mark token, so that it tells its time. */
  static String token(int second, int place) {
    return "82%08X%08X2B0229296E04".formatted(second, place);
  }

  static BsonDocument tokenDocument(String token) {
    return new BsonDocument("_data", new BsonString(token));
  }
}
