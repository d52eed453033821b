package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.core.ModelServer.Item;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.RawBsonDocument;

/** What can happen to a machine, for {@link MachinePropertyTest}. */
final class MachineWorld extends MachineWitness {

  /** What no further attempt changes. */
  private static final Set<Outcome.Reason> FOR_GOOD =
      Set.of(Outcome.Reason.CLOSED, Outcome.Reason.NOT_AUTHENTICATED, Outcome.Reason.NOT_SUPPORTED);

  MachineWorld(MachineSetup setup) {
    super(setup);
  }

  // ---------------------------------------------------------------- the reader

  void open() {
    asked = Optional.of(new Asked(Patience.untilEvent(), now, true));
    see("open", machine.open(now));
  }

  void pull(Patience patience) {
    if (asked.isEmpty()) {
      stream.asked();
      asked = Optional.of(new Asked(patience, now, false));
      lastEvent = Optional.empty();
      see("pull " + patience, machine.pull(patience, now));
    }
  }

  void cancelPull() {
    boolean waits = asked.isPresent() && !asked.get().opens();
    see("cancelPull", machine.cancelPull(now));
    assertThat(asked.isPresent() && waits).as("a cancelled pull waits").isFalse();
  }

  void takeReady() {
    RawBsonDocument event = asked.isEmpty() ? machine.takeReady() : null;
    if (event != null) {
      log.add("takeReady: " + token(event));
      stream.handedOver(token(event));
      lastEvent = Optional.of(event);
      checkToken();
    }
  }

  void giveBack() {
    if (lastEvent.isPresent() && asked.isEmpty()) {
      stream.givenBack();
      RawBsonDocument event = lastEvent.get();
      lastEvent = Optional.empty();
      see("giveBack " + token(event), machine.giveBack(event, now));
    }
  }

  void close() {
    awaited = 0;
    stream.closed();
    see("close", machine.close(now));
    assertThat(machine.isAlive()).isFalse();
  }

  // ---------------------------------------------------------------- the server

  void commit(Item.Kind kind, int fragments) {
    server.commit(kind, fragments);
    log.add("commit " + server.item(server.committed() - 1));
  }

  void closeCursor() {
    server.openCursors().stream().findFirst().ifPresent(server::close);
    mayBeInvalidated = true;
  }

  boolean awaitsAnswer() {
    return awaited != 0;
  }

  /** The truth. */
  void answer(int batchSize, ModelServer.Silence silence) {
    if (awaited != 0) {
      Sent sent = exchange(awaited);
      deliver(sent, server.answer(sent.request, batchSize, silence));
    }
  }

  /** The truth, and behind it an event without a token. */
  void answerWithoutToken(int batchSize, ModelServer.Silence silence) {
    if (awaited != 0) {
      Sent sent = exchange(awaited);
      ModelServer.Reply reply = server.answer(sent.request, batchSize, silence);
      List<Item> items = new ArrayList<>(reply.items());
      items.add(new Item(0, 1, 1, Item.Kind.WITHOUT_TOKEN));
      mayFail = true;
      deliver(sent, reply.with(items));
    }
  }

  private void deliver(Sent sent, ModelServer.Reply reply) {
    assertThat(reply.refusal()).as("a resume that no server takes").isEmpty();
    mayBeInvalidated |=
        reply.cursorId() == 0
            || reply.items().stream().anyMatch(item -> item.kind() == Item.Kind.INVALIDATE);
    if (sent.isAggregate()) {
      aggregatesFailed = 0;
      stream.opened(ModelServer.stage(sent.request), reply);
    } else {
      stream.gotMore(reply);
    }
    reply("batch", reply.server().address(), Conversation.slice(reply.body()));
  }

  /** An error, as a failing server has them. */
  void answerError(int code, Optional<String> label, String message) {
    if (awaited != 0) {
      boolean resumable =
          code == 43 || label.filter("ResumableChangeStreamError"::equals).isPresent();
      failed(exchange(awaited), resumable);
      reply("error", "a:27017", Conversation.slice(ModelServer.error(code, label, message)));
    }
  }

  /** What is no answer of a server at all. */
  void answerNonsense(byte[] body) {
    if (awaited != 0) {
      mayFail = true;
      reply("nonsense", "a:27017", new DocumentSlice(body, 0, body.length));
    }
  }

  /** The answer of another cursor. */
  void answerOfAnotherCursor(ModelServer.Silence silence) {
    if (awaited != 0 && !exchange(awaited).isAggregate()) {
      mayFail = true;
      BsonDocument body = server.answer(exchange(awaited).request, 0, silence).body();
      body.getDocument("cursor").append("id", new BsonInt64(4711));
      reply("another's", "a:27017", Conversation.slice(body));
    }
  }

  /** The truth but for one byte. What a machine makes of it is not followed. */
  void answerBroken(int place, byte value) {
    Request request = exchange(awaited).request;
    byte[] body =
        Conversation.slice(server.answer(request, 9, new ModelServer.Silence(false, false)).body())
            .buffer();
    body[place % body.length] = value;
    machine.onReply(
        awaited, ModelServer.server("a:27017"), new DocumentSlice(body, 0, body.length), now);
  }

  /** Asks until there is nothing more, and closes; only nothing may be thrown. */
  void readToTheEnd() {
    machine.cancelPull(now);
    for (int i = 0; i < 9 && machine.isAlive(); i++) {
      machine.pull(Patience.until(now), now);
    }
    machine.close(now);
    assertThat(machine.pull(Patience.untilEvent(), now).answer()).isInstanceOf(Answer.End.class);
  }

  private void reply(String what, String address, DocumentSlice body) {
    long exchange = awaited;
    awaited = 0;
    exchange(exchange).answer = body;
    see(
        what + " #" + exchange + " " + printed(body),
        machine.onReply(exchange, ModelServer.server(address), body, now));
  }

  void fail(Outcome.Reason reason) {
    if (awaited != 0) {
      long exchange = awaited;
      failed(exchange(exchange), !FOR_GOOD.contains(reason));
      exchange(exchange).isFailed = true;
      awaited = 0;
      see(
          "fail #" + exchange + " " + reason,
          machine.onFailure(exchange, new Outcome.Failed(null, reason, "none", null), now));
    }
  }

  private void failed(Sent sent, boolean resumable) {
    if (sent.isAggregate()) {
      aggregatesFailed++;
    }
    mayFail |= sent.isAggregate() || !resumable || setup.isPersistent();
  }

  /**
   * An answer that comes too late, or twice: nothing but a cursor may come of it, and is killed.
   */
  void answerLate(int which, ModelServer.Silence silence) {
    pass(0);
    List<Long> late =
        exchanges.keySet().stream()
            .filter(number -> number != awaited && !exchange(number).isFailed)
            .toList();
    if (late.isEmpty()) {
      return;
    }
    long exchange = late.get(which % late.size());
    Sent sent = exchange(exchange);
    DocumentSlice body = sent.answer;
    if (body == null && sent.isAggregate()) {
      body = Conversation.slice(server.answer(sent.request, 1, silence).body());
    } else if (body == null) {
      body = Conversation.slice(ModelServer.error(43, Optional.empty(), "late"));
    }
    sent.answer = body;
    boolean waits = asked.isPresent();
    Step<RawBsonDocument> step =
        machine.onReply(exchange, ModelServer.server(serverOf(body)), body, now);
    assertThat(step.effects()).as("of a late answer").allMatch(Effect.Forget.class::isInstance);
    assertThat(step.answer()).as("of a late answer").isNull();
    see("late #" + exchange + " " + printed(body), step);
    assertThat(asked.isPresent()).isEqualTo(waits);
  }

  private String serverOf(DocumentSlice body) {
    try {
      long id = body.asDocument().getDocument("cursor").getInt64("id").longValue();
      return server.addressOf(id);
    } catch (RuntimeException notOfACursor) {
      return "a:27017";
    }
  }

  // ---------------------------------------------------------------- time

  boolean isToWake() {
    return wakeAt != Step.NEVER;
  }

  void wake() {
    pass(Math.max(0, wakeAt - now));
  }

  void pass(long nanos) {
    now += nanos;
    if (awaited != 0 && now >= exchange(awaited).deadlineNanos) {
      failed(exchange(awaited), /* resumable= */ true);
      awaited = 0;
    }
    see("after " + Duration.ofNanos(nanos), machine.onTime(now));
    assertThat(wakeAt).as("when to wake").isGreaterThan(now);
    asked.ifPresent(
        call -> {
          assertThat(now).isLessThan(call.patience().untilNanos());
          assertThat(now).isLessThan(limitNanos(call));
        });
  }

  /** Time passes, and what comes next comes before anybody has looked at the clock. */
  void passUnnoticed(long nanos) {
    log.add("after %s, unnoticed".formatted(Duration.ofNanos(nanos)));
    now += nanos;
  }

  long nowNanos() {
    return now;
  }

  // ---------------------------------------------------------------- the end

  /** All trouble is over: now everything has to be handed over. */
  void heal() {
    ModelServer.Silence silence = new ModelServer.Silence(false, false);
    for (int i = 0; !isOver && (stream.next() < server.committed() || asked.isPresent()); i++) {
      assertThat(i).as("steps without an end").isLessThan(50 + 10 * server.committed());
      if (asked.isEmpty()) {
        pull(Patience.untilEvent());
      } else if (awaited != 0 && stream.next() == server.committed() && !asked.get().opens()) {
        return;
      } else if (awaited != 0) {
        answer(3, silence);
      } else {
        assertThat(wakeAt).as("waits for nothing").isNotEqualTo(Step.NEVER);
        wake();
      }
    }
  }

  /** Everything that was begun is over in the end, and nothing is left at the server. */
  void finish() {
    close();
    for (int i = 0; i < exchanges.size(); i++) {
      answerLate(i, new ModelServer.Silence(false, false));
    }
    assertThat(server.openCursors()).as("cursors left behind").isEmpty();
    asked = Optional.of(new Asked(Patience.untilEvent(), now, false));
    see("pull", machine.pull(Patience.untilEvent(), now));
    assertThat(asked).isEmpty();
  }
}
