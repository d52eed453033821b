package dev.tailrace.conformance.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** Sends requests through one transport, and waits for outcomes as the engine's faces do. */
record Exchanges(Transport transport) {

  /** Much longer than anything takes; in virtual time it costs nothing. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static final String DATABASE = "db";
  static final Target PRIMARY = any(Mode.PRIMARY);

  static Target any(Mode mode) {
    return new Target.AnyEligible(ReadPreference.of(mode));
  }

  static Request request(Target target, String command) {
    return new Request(target, DATABASE, BsonDocument.parse(command));
  }

  /** An exchange that was sent, and what its handler was called with. */
  final class Sent implements Consumer<Outcome> {

    private final Thread waiting = Thread.currentThread();
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private Transport.Exchange exchange = () -> {};

    @Override
    public void accept(Outcome outcome) {
      outcomes.add(outcome);
      LockSupport.unpark(waiting);
    }

    void abandon() {
      exchange.abandon();
    }

    List<Outcome> outcomes() {
      return outcomes;
    }

    boolean isOver() {
      return !outcomes.isEmpty();
    }

    Outcome await() throws InterruptedException {
      Exchanges.this.await("an outcome", this::isOver);
      return outcomes.get(0);
    }

    Replied awaitReply() throws InterruptedException {
      Outcome outcome = await();
      assertThat(outcome).isInstanceOf(Replied.class);
      return (Replied) outcome;
    }

    BsonDocument awaitDocument() throws InterruptedException {
      return awaitReply().reply().asDocument();
    }

    Failed awaitFailure() throws InterruptedException {
      Outcome outcome = await();
      assertThat(outcome).isInstanceOf(Failed.class);
      return (Failed) outcome;
    }
  }

  Sent send(Request request) {
    Sent sent = new Sent();
    sent.exchange = transport.send(request, sent);
    return sent;
  }

  Sent send(Target target, String command) {
    return send(request(target, command));
  }

  /** Sends a command to the primary, and expects it to succeed. */
  BsonDocument run(String command) throws InterruptedException {
    BsonDocument reply = send(PRIMARY, command).awaitDocument();
    assertThat(reply.getNumber("ok").intValue()).as(reply.toJson()).isEqualTo(1);
    return reply;
  }

  /** Sends a command to whoever is primary until it succeeds: a change may be noticed only late. */
  void runInTheEnd(String command) throws InterruptedException {
    long until = transport.timers().nanoTime() + PATIENCE.toNanos();
    Outcome outcome;
    do {
      outcome = send(PRIMARY, command).await();
    } while (!isOk(outcome) && transport.timers().nanoTime() < until);
    assertThat(isOk(outcome)).as(outcome.toString()).isTrue();
  }

  private static boolean isOk(Outcome outcome) {
    return outcome instanceof Replied replied
        && replied.reply().asDocument().getNumber("ok").intValue() == 1;
  }

  /** Lends the thread to the transport until something is so, or far too much time is over. */
  void await(String what, BooleanSupplier isSo) throws InterruptedException {
    long until = transport.timers().nanoTime() + PATIENCE.toNanos();
    while (!isSo.getAsBoolean() && transport.timers().nanoTime() < until) {
      transport.await(isSo, Math.min(until, transport.timers().nanoTime() + 1_000_000));
    }
    assertThat(isSo.getAsBoolean()).as(what).isTrue();
  }

  /**
   * A cursor that waits for events.
   *
   * @param server where it is
   */
  record Cursor(ServerRef server, long id, BsonDocument lsid) {

    Request getMore() {
      return new Request(
          new Target.SameServer(server),
          DATABASE,
          new BsonDocument("getMore", new BsonInt64(id))
              .append("collection", new BsonString("c"))
              .append("maxTimeMS", new BsonInt64(600_000))
              .append("lsid", lsid));
    }

    Request killCursors() {
      return new Request(
          new Target.SameServer(server),
          DATABASE,
          BsonDocument.parse("{killCursors: 'c', cursors: [{$numberLong: '" + id + "'}]}")
              .append("lsid", lsid));
    }
  }

  /** Opens a change stream on the collection {@code c}, in a session of its own. */
  Cursor watch(Target target) throws InterruptedException {
    BsonDocument lsid = transport.startSession();
    BsonDocument aggregate =
        BsonDocument.parse("{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}}")
            .append("lsid", lsid);
    Replied reply = send(new Request(target, DATABASE, aggregate)).awaitReply();
    BsonDocument cursor = reply.reply().asDocument().getDocument("cursor");
    return new Cursor(reply.server(), cursor.getInt64("id").getValue(), lsid);
  }
}
