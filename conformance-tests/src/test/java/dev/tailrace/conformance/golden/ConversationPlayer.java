package dev.tailrace.conformance.golden;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Holds one recorded conversation with a server: the same steps, and whatever it answers. */
final class ConversationPlayer {

  private static final int MAX_DRAIN_GET_MORES = 20;
  private static final int DRAIN_AWAIT_MILLIS = 250;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final PlayedServer server;
  private final String name;
  private final BsonArray steps;
  private final Map<String, RawSession> sessions = new LinkedHashMap<>();
  private final Map<String, BsonValue> variables = new HashMap<>();

  /** Events in the first batch of the aggregate that opened a cursor, by the cursor's id. */
  private final Map<BsonValue, Integer> firstBatchSizes = new HashMap<>();

  private final List<Turn> turns = new ArrayList<>();

  ConversationPlayer(PlayedServer server, BsonDocument conversation) {
    this.server = server;
    name = conversation.getString("name").getValue();
    steps = conversation.getArray("steps");
  }

  /** Plays every step, and says what was answered. */
  List<Turn> play() throws InterruptedException {
    try {
      prepare();
      for (int i = 0; i < steps.size(); i++) {
        play(i, steps.get(i).asDocument());
      }
    } finally {
      sessions.values().forEach(RawSession::close);
    }
    return List.copyOf(turns);
  }

  private void prepare() throws InterruptedException {
    try (RawSession admin = server.connect()) {
      ask(admin, "admin", new BsonDocument("killAllSessions", new BsonArray()));
      for (String failPoint : List.of("failCommand", "failGetMoreAfterCursorCheckout")) {
        ask(
            admin,
            "admin",
            new BsonDocument("configureFailPoint", new BsonString(failPoint))
                .append("mode", new BsonString("off")));
      }
    }
  }

  private void play(int number, BsonDocument step) throws InterruptedException {
    switch (step.getString("do").getValue()) {
      case "cmd" -> command(number, step);
      case "drain" -> drain(number, step);
      case "send" -> session(step).send(db(step), toSend(step));
      case "recv" -> receive(number, step);
      case "sleep" -> server.pause(Duration.ofMillis(integer(step, "ms")));
      case "mutate-token" -> mutateToken(step);
      default -> throw new IllegalStateException("unknown kind of step: " + step);
    }
  }

  private void command(int number, BsonDocument step) throws InterruptedException {
    BsonDocument command = toSend(step);
    BsonDocument reply = ask(session(step), db(step), command);
    turns.add(new Turn(number, command, new BsonDocument("reply", reply)));
    noteFirstBatch(reply);
    save(step, reply);
  }

  /** The reply, or what a recording has in its place. */
  private static BsonDocument ask(RawSession session, String db, BsonDocument command)
      throws InterruptedException {
    session.send(db, command);
    BsonDocument reply = session.receive(PATIENCE);
    return reply == null
        ? new BsonDocument("$connection", new BsonString("EOFError"))
        : copy(reply);
  }

  /** One that can be changed, unlike what came over the wire. */
  private static BsonDocument copy(BsonDocument document) {
    BsonDocument copy = new BsonDocument();
    copy.putAll(document);
    return copy;
  }

  private void noteFirstBatch(BsonDocument reply) {
    if (reply.get("cursor") instanceof BsonDocument cursor
        && cursor.get("firstBatch") instanceof BsonArray batch) {
      firstBatchSizes.put(cursor.get("id"), batch.size());
    }
  }

  private void drain(int number, BsonDocument step) throws InterruptedException {
    BsonValue cursor = substitute(step.get("cursor"));
    int wanted = integer(step, "count");
    int got = firstBatchSizes.getOrDefault(cursor, 0);
    BsonArray events = new BsonArray();
    BsonDocument last = new BsonDocument();
    boolean exhausted = false;
    for (int i = 0; i < MAX_DRAIN_GET_MORES && got < wanted && !exhausted; i++) {
      last = ask(session(step), db(step), drainingGetMore(cursor, step));
      if (!(last.remove("cursor") instanceof BsonDocument part)) {
        break;
      }
      BsonArray batch = part.getArray("nextBatch");
      events.addAll(batch);
      got += batch.size();
      exhausted = part.getInt64("id").getValue() == 0;
    }
    turns.add(
        new Turn(
            number,
            new BsonDocument(),
            new BsonDocument("events", events)
                .append("last", last)
                .append("exhausted", BsonBoolean.valueOf(exhausted))));
    save(step, events);
  }

  private static BsonDocument drainingGetMore(BsonValue cursor, BsonDocument step) {
    return new BsonDocument("getMore", cursor)
        .append("collection", step.getString("coll"))
        .append("maxTimeMS", new BsonInt32(DRAIN_AWAIT_MILLIS));
  }

  private void receive(int number, BsonDocument step) throws InterruptedException {
    BsonDocument reply = session(step).receive(Duration.ofMillis(integer(step, "within_ms")));
    if (reply == null && name.equals("kill-while-waiting")) {
      // The recorded server answers with the next oplog entry at the latest.
      reply = session(step).receive(PATIENCE);
    }
    BsonDocument answer = reply == null ? new BsonDocument() : copy(reply);
    turns.add(new Turn(number, new BsonDocument(), new BsonDocument("reply", answer)));
  }

  private void mutateToken(BsonDocument step) {
    String from = step.getString("from").getValue();
    BsonDocument token = requireNonNull(variables.get(from), from).asDocument();
    byte[] bytes = HexFormat.of().parseHex(token.getString("_data").getValue());
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.putInt(1, buffer.getInt(1) + optional(step, "seconds"));
    buffer.putInt(5, buffer.getInt(5) + optional(step, "increment"));
    BsonDocument mutated = new BsonDocument();
    mutated.putAll(token);
    mutated.put("_data", new BsonString(HexFormat.of().withUpperCase().formatHex(bytes)));
    variables.put(step.getString("to").getValue(), mutated);
  }

  private RawSession session(BsonDocument step) {
    String wanted = step.containsKey("conn") ? step.getString("conn").getValue() : "main";
    return sessions.computeIfAbsent(wanted, unused -> server.connect());
  }

  private static String db(BsonDocument step) {
    return step.getString("db").getValue();
  }

  private BsonDocument toSend(BsonDocument step) {
    return substitute(step.get("cmd")).asDocument();
  }

  private static int integer(BsonDocument step, String field) {
    return step.getNumber(field).intValue();
  }

  private static int optional(BsonDocument step, String field) {
    return step.get(field) instanceof BsonNumber number ? number.intValue() : 0;
  }

  /** The value with variables and sessions filled in. */
  private BsonValue substitute(@Nullable BsonValue value) {
    if (value instanceof BsonDocument document) {
      if (document.containsKey("$var")) {
        BsonValue known = variables.get(document.getString("$var").getValue());
        return known == null ? BsonNull.VALUE : known;
      }
      if (document.containsKey("$session")) {
        return sessionId(document.getNumber("$session").intValue());
      }
      BsonDocument result = new BsonDocument();
      document.forEach((field, inner) -> result.append(field, substitute(inner)));
      return result;
    }
    if (value instanceof BsonArray array) {
      BsonArray result = new BsonArray();
      array.forEach(element -> result.add(substitute(element)));
      return result;
    }
    return value == null ? BsonNull.VALUE : value;
  }

  private BsonDocument sessionId(int number) {
    ByteBuffer bytes =
        ByteBuffer.allocate(16).putInt(name.hashCode()).putInt(8, 0x40).putInt(12, number);
    return new BsonDocument("id", new BsonBinary(BsonBinarySubType.UUID_STANDARD, bytes.array()));
  }

  private void save(BsonDocument step, BsonValue from) {
    if (step.get("save") instanceof BsonDocument wanted) {
      wanted.forEach(
          (variable, path) -> {
            BsonValue found = find(from, path.asString().getValue());
            if (found != null) {
              variables.put(variable, found);
            }
          });
    }
  }

  private static @Nullable BsonValue find(BsonValue from, String path) {
    BsonValue value = from;
    for (String part : path.split("\\.", -1)) {
      if (value instanceof BsonDocument document) {
        value = document.get(part);
      } else if (value instanceof BsonArray array && Integer.parseInt(part) < array.size()) {
        value = array.get(Integer.parseInt(part));
      } else {
        return null;
      }
    }
    return value;
  }
}
