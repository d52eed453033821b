package dev.tailrace.engine.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.HistoryLostPolicy;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.core.ModelServer.Item;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One machine, a {@link ModelServer} that answers it, and a {@link ModelStream} that says what is
 * right, for {@link MachinePropertyTest}. Looks at every step: what must always hold is said here.
 */
class MachineWitness {

  /** What a machine's options come to here. */
  final MachineSetup setup;

  final ModelServer server = new ModelServer();
  final ModelStream stream;
  final ChangeStreamMachine<RawBsonDocument> machine;
  final Map<Long, Sent> exchanges = new LinkedHashMap<>();
  final List<String> log = new ArrayList<>();

  long now;
  long wakeAt = Step.NEVER;
  long awaited;

  /** The patience of the call that is to be answered, when it began, and whether it opens. */
  Optional<Asked> asked = Optional.empty();

  Optional<RawBsonDocument> lastEvent = Optional.empty();

  /** The token that the listener was told of last. */
  Optional<String> told;

  boolean mayFail;
  boolean mayBeInvalidated;
  boolean isOver;
  int aggregatesFailed;

  record Asked(Patience patience, long sinceNanos, boolean opens) {}

  /** A request, and what it was answered, if it was. */
  static final class Sent {
    final Request request;
    final long deadlineNanos;
    @Nullable DocumentSlice answer;
    boolean isFailed;

    Sent(Request request, long deadlineNanos) {
      this.request = request;
      this.deadlineNanos = deadlineNanos;
    }

    boolean isAggregate() {
      return request.commandName().equals("aggregate");
    }
  }

  MachineWitness(MachineSetup setup) {
    this.setup = setup;
    for (int i = 0; i < setup.committedBefore(); i++) {
      server.commit(Item.Kind.PLAIN, 1);
    }
    stream = new ModelStream(server, setup.startOptions(), setup.reassembles());
    told = stream.token();
    machine =
        new ChangeStreamMachine<>(
            WatchTarget.collection("shop", "orders"),
            setup.options(),
            Conversation::decode,
            setup.prefetch(),
            new BsonDocument(),
            () -> 0.5);
  }

  String log() {
    return String.join("\n", log);
  }

  // ---------------------------------------------------------------- what came of it

  void see(String input, Step<RawBsonDocument> step) {
    boolean asks = asked.isPresent() && !asked.get().opens();
    log.add(input);
    step.effects().forEach(effect -> log.add("    " + printed(effect)));
    log.add("    " + step.answer() + ", token " + machine.position().token().orElse(null));
    wakeAt = step.wakeAtNanos();
    step.effects().forEach(this::see);
    if (step.answer() != null) {
      see(step.answer());
    }
    if (asks && !(step.answer() instanceof Answer.Deliver<RawBsonDocument>)) {
      stream.goneThrough(!machine.isAlive());
    }
    checkToken();
    StreamStatus status = machine.vitals().statusAt(now);
    assertThat(status.phase() instanceof StreamStatus.Ended).isEqualTo(!machine.isAlive());
    assertThat(isOver).as("the end is told of").isEqualTo(!machine.isAlive());
  }

  void checkToken() {
    assertThat(machine.position().token().map(ResumeToken::toString)).isEqualTo(stream.token());
  }

  private void see(Effect effect) {
    if (effect instanceof Effect.Send send) {
      sent(send);
    } else if (effect instanceof Effect.Abandon abandon) {
      assertThat(exchanges).containsKey(abandon.exchange());
      awaited = abandon.exchange() == awaited ? 0 : awaited;
    } else if (effect instanceof Effect.Forget forget) {
      server.kill(forget.request());
    } else {
      see(((Effect.Notify) effect).event());
    }
  }

  private void sent(Effect.Send send) {
    assertThat(isOver).as("a request of a stream that is over").isFalse();
    assertThat(awaited).as("the exchange awaited already").isZero();
    Request request = send.request();
    Duration patience =
        request.commandName().equals("getMore") ? Duration.ofSeconds(1) : Duration.ZERO;
    long limit =
        asked
            .map(this::limitNanos)
            .filter(nanos -> nanos != Step.NEVER)
            .orElse(setup.limitNanos(now));
    long deadline = Math.min(limit, now + patience.plus(MachineSetup.ANSWER_TIMEOUT).toNanos());
    assertThat(deadline).as("when a new exchange is out of time").isGreaterThan(now);
    assertThat(exchanges.put(send.exchange(), new Sent(request, deadline))).isNull();
    awaited = send.exchange();
    if (!exchange(awaited).isAggregate() && stream.hasReadAll()) {
      assertThat(told).as("the token told of, when all is read").isEqualTo(stream.token());
    }
    if (request.commandName().equals("aggregate")) {
      boolean opens = asked.isPresent() && asked.get().opens();
      assertThat(ModelServer.stage(request)).isEqualTo(stream.startOptions(opens));
      assertThat(aggregatesFailed).as("failed aggregates").isLessThan(setup.mostAggregates());
    }
  }

  private void see(StreamEvent event) {
    assertThat(isOver).as("an event behind the end").isFalse();
    if (event instanceof StreamEvent.Skipped skipped) {
      stream.passed(token(skipped.event()));
    } else if (event instanceof StreamEvent.BatchArrived) {
      stream.looksAtBatch();
    } else if (event instanceof StreamEvent.Progressed progressed) {
      told = progressed.progress().resumeToken().map(ResumeToken::toString);
    } else if (event instanceof StreamEvent.Interrupted) {
      stream.cursorLost();
      told = stream.token(); // The fragments behind it are to come again.
    } else if (event instanceof StreamEvent.Continued continued) {
      stream.cursorLost();
      String token = continued.invalidateToken().toString();
      assertThat(Optional.of(token)).isEqualTo(stream.token());
      stream.beginsAt(new BsonDocument("startAfter", ModelServer.tokenDocument(token)));
      told = stream.token();
    } else if (event instanceof StreamEvent.HistoryLost lost) {
      historyLost(lost);
    } else if (event instanceof StreamEvent.Ended) {
      isOver = true;
    }
  }

  private void historyLost(StreamEvent.HistoryLost lost) {
    stream.cursorLost();
    aggregatesFailed = 0;
    if (lost.decision() != HistoryLostPolicy.Restart.NOT_AT_ALL) {
      BsonDocument start = new BsonDocument();
      if (lost.decision() == HistoryLostPolicy.Restart.AT_TOKEN_TIME) {
        ResumeToken token = ResumeToken.ofData(stream.token().orElseThrow());
        start.append("startAtOperationTime", token.clusterTime().orElseThrow());
      }
      stream.beginsAt(start);
      told = stream.token();
    }
  }

  private void see(Answer<RawBsonDocument> answer) {
    assertThat(asked).as("whoever asked").isPresent();
    boolean opens = asked.get().opens();
    asked = Optional.empty();
    if (answer instanceof Answer.Deliver<RawBsonDocument> deliver) {
      stream.handedOver(token(deliver.event()));
      lastEvent = Optional.of(deliver.event());
    } else if (answer instanceof Answer.TimedOut<RawBsonDocument>) {
      assertThat(setup.hasTimeout() && !opens).isTrue();
      awaited = 0;
    } else if (answer instanceof Answer.End<RawBsonDocument> end) {
      ended(end.ending(), opens);
    } else {
      assertThat(answer instanceof Answer.Opened<RawBsonDocument>).isEqualTo(opens);
    }
  }

  private void ended(Ending ending, boolean opens) {
    awaited = 0;
    if (ending instanceof Ending.Failed) {
      mayFail |= opens && setup.hasTimeout();
      assertThat(mayFail || setup.failsOnEvents())
          .as("there was a reason to fail: %s", ending)
          .isTrue();
    } else if (((Ending.Regular) ending).reason() == EndReason.INVALIDATED) {
      assertThat(mayBeInvalidated).as("there was an end of the cursor").isTrue();
    }
  }

  Sent exchange(long number) {
    return requireNonNull(exchanges.get(number), "an exchange that was never sent");
  }

  static String token(RawBsonDocument event) {
    return event.getDocument("_id").getString("_data").getValue();
  }

  static String printed(DocumentSlice body) {
    try {
      return body.asDocument().toJson();
    } catch (RuntimeException nonsense) {
      return body.length() + " bytes";
    }
  }

  private static String printed(Effect effect) {
    return effect instanceof Effect.Send send
        ? "send #" + send.exchange() + " " + send.request().command().toJson()
        : effect instanceof Effect.Forget forget
            ? "forget " + forget.request().command().toJson()
            : effect.toString();
  }

  long limitNanos(Asked call) {
    return call.patience().kind() == Patience.Kind.CALL
        ? setup.limitNanos(call.sinceNanos())
        : Step.NEVER;
  }
}
