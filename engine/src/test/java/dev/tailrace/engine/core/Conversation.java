package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.HistoryLostPolicy;
import dev.tailrace.engine.InvalidatePolicy;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.UndecodablePolicy;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Target;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * Talks with one machine in the words of the {@code *.trace} files.
 *
 * <pre>
 * watch collection|database|cluster NAME {options}   makes the machine; options as in the API, in JSON
 * open | next | tryNext | poll DURATION | cancel | giveBack | close
 * demand | demandWithProgress                        a subscriber's pulls
 * batch #N id=CURSOR events=A,B pbrt=C               the reply of a server: tokens by their _data
 * error #N code=C labels=L1,L2                       an error reply
 * reply #N {json}                                    any other reply
 * fail #N REASON message                             no answer
 * after DURATION                                     time passes
 * </pre>
 *
 * An event {@code A!} cannot be decoded; {@code A#1/2} is the first fragment of two. {@code status}
 * asks how the stream is.
 *
 * <p>Replies may say {@code from=ADDRESS}, {@code wire=VERSION} and {@code kind=KIND}. The event
 * {@code -} has no {@code _id}. Output is one line for each effect, then what changed of the state,
 * the token and the time to wake at.
 */
final class Conversation {

  private static final BsonDocument LSID =
      BsonDocument.parse(
          "{id: {$uuid: '%s'}}".formatted("0".repeat(8) + "-0000-4000-8000-" + "0".repeat(12)));

  static final String UNDECODABLE = "undecodable";

  private final Set<String> arrowsTaken = new TreeSet<>();
  private ChangeStreamMachine<RawBsonDocument> machine =
      machine(WatchTarget.cluster(), ChangeStreamOptions.DEFAULTS);
  private RawBsonDocument lastEvent = RawBsonDocument.parse("{}");
  private long nowNanos;
  private String lastStatus = "";

  /** Says one line, and returns what the machine has to say to it. */
  List<String> say(String line) {
    String[] words = line.split(" ", 2);
    String rest = words.length > 1 ? words[1] : "";
    if (words[0].equals("status")) {
      return List.of(describe(machine.vitals().statusAt(nowNanos)));
    }
    Step<RawBsonDocument> step =
        switch (words[0]) {
          case "watch" -> watch(rest);
          case "open" -> machine.open(nowNanos);
          case "next" -> machine.pull(Patience.untilEvent(), nowNanos);
          case "tryNext" -> machine.pull(Patience.oneRound(), nowNanos);
          case "poll" ->
              machine.pull(Patience.until(Step.after(nowNanos, duration(rest))), nowNanos);
          case "demand" -> machine.pull(Patience.ofDemand(/* withProgress= */ false), nowNanos);
          case "demandWithProgress" ->
              machine.pull(Patience.ofDemand(/* withProgress= */ true), nowNanos);
          case "cancel" -> machine.cancelPull(nowNanos);
          case "giveBack" -> machine.giveBack(lastEvent, nowNanos);
          case "close" -> machine.close(nowNanos);
          case "batch", "error", "reply" -> reply(words[0], rest);
          case "fail" -> fail(rest);
          case "after" -> {
            nowNanos += duration(rest).toNanos();
            yield machine.onTime(nowNanos);
          }
          default -> throw new IllegalArgumentException("no such input: " + line);
        };
    List<String> output = new ArrayList<>();
    step.effects().forEach(effect -> output.add(describe(effect)));
    Answer<RawBsonDocument> answer = step.answer();
    if (answer != null) {
      output.add("answer " + describe(answer));
    }
    output.addAll(changes(step));
    return output;
  }

  /** The token of the event that can be taken without a step, or "nothing". */
  String takeReady() {
    RawBsonDocument event = machine.takeReady();
    if (event == null) {
      return "nothing";
    }
    lastEvent = event;
    return describe(event);
  }

  /** The cached token. */
  String token() {
    return machine.position().token().map(ResumeToken::toString).orElse("none");
  }

  /** From which kind of state to which the machine went. */
  Set<String> arrowsTaken() {
    return arrowsTaken;
  }

  private Step<RawBsonDocument> watch(String rest) {
    int options = rest.indexOf('{');
    String[] target = (options < 0 ? rest : rest.substring(0, options)).trim().split(" ", -1);
    BsonDocument json =
        options < 0 ? new BsonDocument() : BsonDocument.parse(rest.substring(options));
    machine = machine(target(target), options(json));
    return new Step<>(List.of(), null, Step.NEVER);
  }

  private ChangeStreamMachine<RawBsonDocument> machine(
      WatchTarget target, ChangeStreamOptions options) {
    return new ChangeStreamMachine<>(
        target, options, Conversation::decode, /* prefetch= */ false, LSID, () -> 0.5) {
      @Override
      void become(State next) {
        arrowsTaken.add(
            state().getClass().getSimpleName() + " -> " + next.getClass().getSimpleName());
        super.become(next);
      }
    };
  }

  private static WatchTarget target(String[] words) {
    return switch (words[0]) {
      case "collection" -> {
        int dot = words[1].indexOf('.');
        yield WatchTarget.collection(words[1].substring(0, dot), words[1].substring(dot + 1));
      }
      case "database" -> WatchTarget.database(words[1]);
      case "cluster" -> WatchTarget.cluster();
      default -> throw new IllegalArgumentException("no such target: " + words[0]);
    };
  }

  private static ChangeStreamOptions options(BsonDocument json) {
    ChangeStreamOptions.Builder options = ChangeStreamOptions.builder();
    json.forEach((name, value) -> set(options, name, value));
    return options.build();
  }

  private static void set(ChangeStreamOptions.Builder options, String name, BsonValue value) {
    switch (name) {
      case "pipeline" ->
          options.pipeline(value.asArray().stream().map(BsonValue::asDocument).toList());
      case "fullDocument" -> options.fullDocument(value.asString().getValue());
      case "fullDocumentBeforeChange" ->
          options.fullDocumentBeforeChange(value.asString().getValue());
      case "resumeAfter" -> options.resumeAfter(ResumeToken.ofData(value.asString().getValue()));
      case "startAfter" -> options.startAfter(ResumeToken.ofData(value.asString().getValue()));
      case "startAtOperationTime" -> options.startAtOperationTime(value.asTimestamp());
      case "showExpandedEvents" -> options.showExpandedEvents(value.asBoolean().getValue());
      case "maxAwaitTime" -> options.maxAwaitTime(duration(value.asString().getValue()));
      case "batchSize" -> options.batchSize(value.asInt32().getValue());
      case "collation" -> options.collation(value.asDocument());
      case "comment" -> options.comment(value);
      case "readConcern" -> options.readConcern(value.asDocument());
      case "readPreference" ->
          options.readPreference(
              ReadPreference.of(ReadPreference.Mode.valueOf(value.asString().getValue())));
      case "timeout" -> options.timeout(duration(value.asString().getValue()));
      case "answerTimeout" -> options.answerTimeout(duration(value.asString().getValue()));
      case "prefetch" -> options.prefetch(value.asBoolean().getValue());
      case "stalledAfter" -> options.stalledAfter(duration(value.asString().getValue()));
      case "historyLost" ->
          options.historyLostPolicy(HistoryLostPolicy.Restart.valueOf(value.asString().getValue()));
      case "invalidate" ->
          options.invalidatePolicy(InvalidatePolicy.valueOf(value.asString().getValue()));
      case "undecodable" ->
          options.undecodablePolicy(UndecodablePolicy.valueOf(value.asString().getValue()));
      case "reassemble" -> options.reassembleSplitEvents(value.asInt32().getValue());
      case "retryReads" -> options.retryReads(value.asBoolean().getValue());
      case "resume" ->
          options.resumePolicy(ResumePolicy.persistent(duration(value.asString().getValue())));
      case "attempts" ->
          options.resumePolicy(
              new ResumePolicy(
                  OptionalInt.of(value.asInt32().getValue()),
                  Optional.empty(),
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(4),
                  Set.of()));
      default -> throw new IllegalArgumentException("no such option: " + name);
    }
  }

  private Step<RawBsonDocument> reply(String kind, String rest) {
    String[] words = rest.split(" ", -1);
    Map<String, String> fields = new LinkedHashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        fields.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    ServerRef server =
        new ServerRef(
            fields.getOrDefault("from", "a:27017"),
            Integer.parseInt(fields.getOrDefault("wire", "25")),
            ServerKind.valueOf(fields.getOrDefault("kind", "REPLICA_SET_MEMBER")));
    BsonDocument body =
        switch (kind) {
          case "batch" -> batch(fields);
          case "error" -> error(fields);
          default -> BsonDocument.parse(rest.substring(rest.indexOf('{')));
        };
    return machine.onReply(number(words[0]), server, slice(body), nowNanos);
  }

  private static BsonDocument batch(Map<String, String> fields) {
    BsonArray events = new BsonArray();
    for (String event : fields.getOrDefault("events", "").split(",", -1)) {
      if (!event.isEmpty()) {
        events.add(event(event));
      }
    }
    BsonDocument cursor = new BsonDocument("nextBatch", events);
    if (fields.containsKey("pbrt")) {
      cursor.append("postBatchResumeToken", token(fields.get("pbrt")));
    }
    cursor
        .append("id", new BsonInt64(Long.parseLong(fields.get("id"))))
        .append("ns", new BsonString(fields.getOrDefault("ns", "shop.orders")));
    BsonDocument reply = new BsonDocument("cursor", cursor).append("ok", new BsonDouble(1));
    if (fields.containsKey("clusterTime")) {
      reply.append(
          "$clusterTime",
          new BsonDocument(
              "clusterTime", new BsonTimestamp(Integer.parseInt(fields.get("clusterTime")), 1)));
    }
    if (fields.containsKey("time")) {
      reply.append("operationTime", new BsonTimestamp(Integer.parseInt(fields.get("time")), 1));
    }
    return reply;
  }

  private static BsonDocument event(String name) {
    String token = name.replaceAll("[!#].*", "");
    BsonDocument event = new BsonDocument();
    if (!token.equals("-")) {
      event.append("_id", token(token));
    }
    if (name.contains("#")) {
      String[] fragment = name.substring(name.indexOf('#') + 1).split("/", -1);
      event.append(
          "splitEvent",
          new BsonDocument("fragment", new BsonInt32(Integer.parseInt(fragment[0])))
              .append("of", new BsonInt32(Integer.parseInt(fragment[1]))));
      event.append("part" + fragment[0], new BsonString(token));
    }
    String type = token.startsWith("invalidate") ? "invalidate" : "insert";
    return event.append(
        name.contains("#") ? "type" + name.charAt(name.indexOf('#') + 1) : "operationType",
        new BsonString(name.endsWith("!") ? UNDECODABLE : type));
  }

  static RawBsonDocument decode(DocumentSlice event) {
    RawBsonDocument document = event.asDocument();
    if (document.getString("operationType", new BsonString("")).getValue().equals(UNDECODABLE)) {
      throw new IllegalArgumentException("undecodable");
    }
    return document;
  }

  private static BsonDocument error(Map<String, String> fields) {
    BsonDocument reply = new BsonDocument();
    if (fields.containsKey("labels")) {
      BsonArray labels = new BsonArray();
      for (String label : fields.get("labels").split(",", -1)) {
        labels.add(new BsonString(label));
      }
      reply.append("errorLabels", labels);
    }
    return reply
        .append("ok", new BsonDouble(0))
        .append("errmsg", new BsonString(fields.getOrDefault("errmsg", "no")))
        .append("code", new BsonInt32(Integer.parseInt(fields.get("code"))))
        .append(
            "codeName", new BsonString(fields.getOrDefault("name", "Error" + fields.get("code"))));
  }

  private Step<RawBsonDocument> fail(String rest) {
    String[] words = rest.split(" ", 3);
    Outcome.Failed failed =
        new Outcome.Failed(null, Outcome.Reason.valueOf(words[1]), words[2], null);
    return machine.onFailure(number(words[0]), failed, nowNanos);
  }

  private List<String> changes(Step<RawBsonDocument> step) {
    List<String> now =
        List.of(
            "state " + describe(machine.state()),
            "token " + token(),
            step.wakeAtNanos() == Step.NEVER
                ? "sleep"
                : "wake in " + Duration.ofNanos(step.wakeAtNanos() - nowNanos));
    List<String> changed = new ArrayList<>();
    List<String> before = List.of(lastStatus.split("\n"));
    for (String line : now) {
      if (!before.contains(line)) {
        changed.add(line);
      }
    }
    lastStatus = String.join("\n", now);
    return changed;
  }

  private static String describe(StreamStatus status) {
    return status.phase() + status.lag().map(lag -> ", behind by " + lag).orElse(", lag unknown");
  }

  private static String describe(State state) {
    if (state instanceof State.Aggregating aggregating) {
      return "Aggregating #%d%s%s"
          .formatted(
              aggregating.exchange().number(),
              aggregating.resume().isPresent() ? " to resume" : "",
              aggregating.retried() ? ", retried" : "");
    }
    if (state instanceof State.Streaming streaming) {
      return "Streaming cursor %d%s%s"
          .formatted(
              streaming.cursor().id(),
              streaming.batch().isDrained() ? "" : ", events left",
              streaming.awaiting().map(getMore -> ", getMore #" + getMore.number()).orElse(""));
    }
    return state.getClass().getSimpleName();
  }

  private static String describe(Effect effect) {
    if (effect instanceof Effect.Send send) {
      return "send #%d %s".formatted(send.exchange(), describe(send.request()));
    }
    if (effect instanceof Effect.Abandon abandon) {
      return "abandon #" + abandon.exchange();
    }
    if (effect instanceof Effect.Forget forget) {
      return "forget " + describe(forget.request());
    }
    return "notify " + describe(((Effect.Notify) effect).event());
  }

  private String describe(Answer<RawBsonDocument> answer) {
    if (answer instanceof Answer.Deliver<RawBsonDocument> deliver) {
      lastEvent = deliver.event();
      return "event " + describe(deliver.event());
    }
    if (answer instanceof Answer.Idle<RawBsonDocument>) {
      return "idle";
    }
    if (answer instanceof Answer.TimedOut<RawBsonDocument> timedOut) {
      return "timed out: " + timedOut.exception().getMessage();
    }
    return answer instanceof Answer.End<RawBsonDocument> end
        ? "end: " + Endings.describe(end.ending()).replace("dev.tailrace.engine.", "")
        : "opened";
  }

  /** An event's token; what else it has besides its type is told too. */
  private static String describe(RawBsonDocument event) {
    BsonDocument rest = event.decode(new BsonDocumentCodec());
    String token = rest.remove("_id").asDocument().getString("_data").getValue();
    rest.remove("operationType");
    return rest.isEmpty() ? token : token + " " + rest.toJson();
  }

  private static String describe(StreamEvent event) {
    if (event instanceof StreamEvent.Opened opened) {
      return "opened at " + opened.server().address();
    }
    if (event instanceof StreamEvent.BatchArrived) {
      return "batch";
    }
    if (event instanceof StreamEvent.Interrupted interrupted) {
      return "interrupted, attempt %d in %s: %s"
          .formatted(interrupted.attempt(), interrupted.pause(), interrupted.cause());
    }
    if (event instanceof StreamEvent.Progressed progressed) {
      return "progress " + progressed.progress().resumeToken().map(Object::toString).orElse("none");
    }
    if (event instanceof StreamEvent.HistoryLost lost) {
      return "history lost, %s: %s".formatted(lost.decision(), lost.error().getMessage());
    }
    if (event instanceof StreamEvent.Continued continued) {
      return "continued after " + continued.invalidateToken();
    }
    if (event instanceof StreamEvent.Skipped skipped) {
      return "skipped %s: %s".formatted(describe(skipped.event()), skipped.cause());
    }
    if (event instanceof StreamEvent.Stalled stalled) {
      return "stalled: " + stalled.cause();
    }
    return event instanceof StreamEvent.Resumed resumed
        ? "resumed at %s, attempt %d".formatted(resumed.server().address(), resumed.attempt())
        : "ended";
  }

  private static String describe(Target.AnyEligible any) {
    String where = "any " + any.readPreference().mode().specName();
    return any.deprioritized().isEmpty()
        ? where
        : where + " but " + String.join(", ", any.deprioritized());
  }

  private static String describe(Request request) {
    String where =
        request.target() instanceof Target.SameServer same
            ? same.server().address()
            : describe((Target.AnyEligible) request.target());
    BsonDocument shown = request.command().clone();
    if (!LSID.equals(shown.remove("lsid"))) {
      throw new AssertionError("a command without the stream's session: " + request);
    }
    return "to %s: %s %s".formatted(where, request.database(), shown.toJson());
  }

  private static BsonDocument token(String data) {
    return new BsonDocument("_data", new BsonString(data));
  }

  static DocumentSlice slice(BsonDocument document) {
    ByteBuffer bytes =
        new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().asNIO();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return new DocumentSlice(copy, 0, copy.length);
  }

  private static long number(String word) {
    return Long.parseLong(word.substring(1));
  }

  private static Duration duration(String text) {
    return Duration.parse("PT" + text);
  }
}
