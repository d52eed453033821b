package dev.tailrace.conformance.golden;

import static java.util.Objects.requireNonNull;

import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.network.RawConnection;
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

/** Plays one recorded conversation against a member of a fake set in virtual time. */
final class ConversationPlayer {

  private static final int MAX_DRAIN_GET_MORES = 20;
  private static final int DRAIN_AWAIT_MILLIS = 250;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final FakeReplicaSet set;
  private final String name;
  private final BsonArray steps;
  private final Comparison comparison = new Comparison();
  private final Map<String, RawConnection> connections = new LinkedHashMap<>();
  private final Map<String, BsonValue> variables = new HashMap<>();

  /** Events in the first batch of the aggregate that opened a cursor, by the cursor's id. */
  private final Map<BsonValue, Integer> firstBatchSizes = new HashMap<>();

  private final List<String> failures = new ArrayList<>();

  ConversationPlayer(FakeReplicaSet set, BsonDocument conversation) {
    this.set = set;
    name = conversation.getString("name").getValue();
    steps = conversation.getArray("steps");
  }

  /** Plays every step, and says what was not as it was recorded: one line a difference. */
  List<String> play() throws InterruptedException {
    try {
      prepare();
      for (int i = 0; i < steps.size(); i++) {
        play(steps.get(i).asDocument());
        for (String difference : comparison.takeDifferences()) {
          failures.add("step " + i + ": " + difference);
        }
      }
    } catch (RuntimeException e) {
      failures.add("after " + failures.size() + " differences: " + e);
    } finally {
      connections.values().forEach(RawConnection::close);
    }
    return failures;
  }

  private void prepare() throws InterruptedException {
    try (RawConnection admin = set.connect(0)) {
      admin.command("admin", new BsonDocument("killAllSessions", new BsonArray()));
      for (String failPoint : List.of("failCommand", "failGetMoreAfterCursorCheckout")) {
        admin.command(
            "admin",
            new BsonDocument("configureFailPoint", new BsonString(failPoint))
                .append("mode", new BsonString("off")));
      }
    }
  }

  private void play(BsonDocument step) throws InterruptedException {
    switch (step.getString("do").getValue()) {
      case "cmd" -> command(step);
      case "drain" -> drain(step);
      case "send" -> connection(step).send(db(step), sent(step));
      case "recv" -> receive(step);
      case "sleep" -> set.clock().advance(Duration.ofMillis(number(step, "ms")));
      case "mutate-token" -> mutateToken(step);
      default -> throw new IllegalStateException("unknown kind of step: " + step);
    }
  }

  private void command(BsonDocument step) throws InterruptedException {
    RawConnection connection = connection(step);
    BsonDocument command = sent(step);
    connection.send(db(step), command);
    BsonDocument reply = connection.receive(PATIENCE);
    BsonDocument expected = step.getDocument("reply");
    compareReplies(command, expected, reply);
    if (reply != null) {
      noteFirstBatch(reply);
      save(step, reply);
    }
  }

  private void compareReplies(
      BsonDocument command, BsonDocument expected, @Nullable BsonDocument reply) {
    if (reply == null) {
      comparison.compare(
          "reply", expected, new BsonDocument("$connection", new BsonString("EOFError")));
      return;
    }
    BsonDocument actual = new BsonDocument();
    actual.putAll(reply);
    if (name.equals("handshake")) {
      comparison.compareNames("reply", expected, actual);
      return;
    }
    if (command.containsKey("configureFailPoint")) {
      String failPoint = command.getString("configureFailPoint").getValue();
      comparison.compareCounters(failPoint, expected, actual);
    }
    if (command.containsKey("dropDatabase")) {
      // Whether there was anything to drop depends on what ran before.
      expected.remove("dropped");
      actual.remove("dropped");
    }
    comparison.compare("reply", expected, actual);
  }

  private void noteFirstBatch(BsonDocument reply) {
    if (reply.get("cursor") instanceof BsonDocument cursor
        && cursor.get("firstBatch") instanceof BsonArray batch) {
      firstBatchSizes.put(cursor.get("id"), batch.size());
    }
  }

  private void drain(BsonDocument step) throws InterruptedException {
    BsonValue cursor = substitute(step.get("cursor"));
    int wanted = number(step, "count");
    int got = firstBatchSizes.getOrDefault(cursor, 0);
    BsonArray events = new BsonArray();
    BsonDocument last = new BsonDocument();
    boolean exhausted = false;
    for (int i = 0; i < MAX_DRAIN_GET_MORES && got < wanted && !exhausted; i++) {
      BsonDocument reply =
          connection(step)
              .command(
                  db(step),
                  new BsonDocument("getMore", cursor)
                      .append("collection", step.getString("coll"))
                      .append("maxTimeMS", new BsonInt32(DRAIN_AWAIT_MILLIS)));
      last = new BsonDocument();
      last.putAll(reply);
      if (!(reply.get("cursor") instanceof BsonDocument part)) {
        break;
      }
      last.remove("cursor");
      BsonArray batch = part.getArray("nextBatch");
      events.addAll(batch);
      got += batch.size();
      exhausted = part.getInt64("id").getValue() == 0;
    }
    comparison.compare("events", step.get("events"), events);
    comparison.compare("last", step.get("last"), last);
    if (step.getBoolean("exhausted").getValue() != exhausted) {
      comparison.compare("exhausted", step.get("exhausted"), BsonBoolean.valueOf(exhausted));
    }
    save(step, events);
  }

  private void receive(BsonDocument step) throws InterruptedException {
    Duration within = Duration.ofMillis(number(step, "within_ms"));
    BsonDocument reply = connection(step).receive(within);
    if (reply == null && name.equals("kill-while-waiting")) {
      // The recorded server answers with the next oplog entry at the latest.
      reply = connection(step).receive(PATIENCE);
    }
    BsonDocument actual = new BsonDocument();
    if (reply != null) {
      actual.putAll(reply);
    }
    comparison.compare("reply", step.get("reply"), actual);
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

  private RawConnection connection(BsonDocument step) {
    String wanted = step.containsKey("conn") ? step.getString("conn").getValue() : "main";
    return connections.computeIfAbsent(wanted, unused -> set.connect(0));
  }

  private static String db(BsonDocument step) {
    return step.getString("db").getValue();
  }

  private BsonDocument sent(BsonDocument step) {
    BsonDocument command = substitute(step.get("cmd")).asDocument();
    comparison.noteSent(command);
    return command;
  }

  private static int number(BsonDocument step, String field) {
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
        return session(document.getNumber("$session").intValue());
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

  private BsonDocument session(int number) {
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
