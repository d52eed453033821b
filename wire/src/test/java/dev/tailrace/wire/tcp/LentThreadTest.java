package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static dev.tailrace.wire.tcp.Outcomes.same;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a thread carries itself while it is lent, and what it leaves to others. */
class LentThreadTest {

  /** Longer than any reply here takes, on a machine however busy. */
  private static final int PATIENT_MILLIS = 20_000;

  private final ScriptedServer server = new ScriptedServer();
  private final TcpTransport transport =
      TcpTransport.builder(server.uri("")).lentMillis(PATIENT_MILLIS).connect();
  private final Thread caller = Thread.currentThread();
  private final Outcomes outcomes = new Outcomes();
  private final AtomicReference<Thread> carrier = new AtomicReference<>();

  @AfterEach
  void stop() {
    transport.close();
    server.close();
  }

  @Test
  void aLentThreadReadsTheReplyToWhatItSent() throws Exception {
    ServerRef known = knownServer();

    assertThat(carrierOf(() -> send(known, "{getMore: 1}"))).isEqualTo(Thread.currentThread());
  }

  @Test
  void whatASignalSendsIsCarriedToo() throws Exception {
    ServerRef known = knownServer();
    List<Thread> carriers = new ArrayList<>();
    Consumer<Outcome> second = outcome -> carriers.add(Thread.currentThread());

    awaitWith(
        () ->
            transport.send(
                same(known, "{getMore: 1}"),
                outcome -> {
                  carriers.add(Thread.currentThread());
                  transport.send(same(known, "{getMore: 1}"), second);
                }),
        () -> carriers.size() == 2);

    assertThat(carriers).containsOnly(Thread.currentThread());
  }

  @Test
  void aServerThatHasToBeLookedForIsLookedForElsewhere() throws Exception {
    assertThat(carrierOf(() -> transport.send(primary("{aggregate: 'c'}"), this::told)))
        .isNotEqualTo(Thread.currentThread());
  }

  @Test
  void aConnectionThatHasToBeOpenedIsOpenedElsewhere() throws Exception {
    ServerRef known = knownServer();
    server.plays((peer, request) -> {});
    transport.send(same(known, "{find: 'c'}"), outcome -> {}); // Keeps the connection there is.
    server.awaitCommand("find");
    server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));

    assertThat(carrierOf(() -> send(known, "{getMore: 1}"))).isNotEqualTo(Thread.currentThread());
  }

  @Test
  void aReplyThatIsLongInComingIsWaitedForElsewhere() throws Exception {
    try (TcpTransport impatient = TcpTransport.builder(server.uri("")).lentMillis(1).connect()) {
      ServerRef known = knownServer(impatient);
      server.plays((peer, request) -> {});
      Transport.Loan loan = impatient.lend();
      impatient.send(same(known, "{getMore: 1}"), this::told);

      impatient.await(() -> false, Long.MAX_VALUE); // Comes back when it has waited for a while.

      Received getMore = server.awaitCommand("getMore");
      getMore.peer().replyToLast("{ok: 1}");
      assertThat(outcomes.awaitReply().reply().asDocument().getInt32("ok").getValue()).isEqualTo(1);
      assertThat(carrier.get()).isNotEqualTo(Thread.currentThread());
      loan.close();
    }
  }

  @Test
  void aReplyThatStopsInTheMiddleIsWaitedForElsewhere() throws Exception {
    AtomicReference<ByteBuffer> rest = new AtomicReference<>();
    try (TcpTransport impatient = TcpTransport.builder(server.uri("")).lentMillis(1).connect()) {
      ServerRef known = knownServer(impatient);
      server.plays(
          (peer, request) -> {
            ByteBuffer reply =
                OpMsg.encode(
                    peer.nextRequestId(), request.requestId(), 0, BsonDocument.parse("{ok: 1}"));
            rest.set(reply.duplicate().position(reply.position() + 5));
            peer.send(reply.limit(reply.position() + 5));
          });
      Transport.Loan loan = impatient.lend();
      impatient.send(same(known, "{getMore: 1}"), this::told);

      impatient.await(() -> false, Long.MAX_VALUE); // Comes back with the reply begun, not ended.

      server.awaitCommand("getMore").peer().send(Objects.requireNonNull(rest.get()));
      outcomes.awaitReply();
      assertThat(carrier.get()).isNotEqualTo(Thread.currentThread());
      loan.close();
    }
  }

  @Test
  void whatIsNotBegunWhenTheLoanEndsGoesOnElsewhere() throws Exception {
    ServerRef known = knownServer();
    Transport.Loan loan = transport.lend();
    send(known, "{getMore: 1}");
    assertThat(outcomes.isEmpty()).isTrue();

    loan.close();

    outcomes.awaitReply();
    assertThat(carrier.get()).isNotEqualTo(Thread.currentThread());
  }

  @Test
  void anInterruptedThreadLeavesItsExchangeToOthers() throws Exception {
    ServerRef known = knownServer();
    Transport.Loan loan = transport.lend();
    send(known, "{getMore: 1}");
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> transport.await(() -> false, Long.MAX_VALUE))
        .isInstanceOf(InterruptedException.class);

    loan.close();
    outcomes.awaitReply();
  }

  @Test
  void whatWasGivenUpBeforeItBeganDoesNotTouchTheConnection() throws Exception {
    ServerRef known = knownServer();
    int connections = server.connectionCount();
    Transport.Loan loan = transport.lend();
    transport.send(same(known, "{getMore: 1}"), this::told).abandon();

    transport.await(() -> false, transport.timers().nanoTime() + 1);
    loan.close();

    assertThat(carrierOf(() -> send(known, "{getMore: 2}"))).isEqualTo(Thread.currentThread());
    assertThat(server.connectionCount()).isEqualTo(connections);
  }

  @Test
  void anotherTransportsRequestsAreNotCarried() throws Exception {
    ServerRef known = knownServer();
    try (TcpTransport other = TcpTransport.connect(server.uri(""))) {
      Transport.Loan loan = other.lend();

      send(known, "{getMore: 1}");

      outcomes.awaitReply();
      assertThat(carrier.get()).isNotEqualTo(Thread.currentThread());
      loan.close();
    }
  }

  private void told(Outcome outcome) {
    carrier.set(Thread.currentThread());
    outcomes.accept(outcome);
    LockSupport.unpark(caller); // As whoever makes something true that is awaited has to.
  }

  private void send(ServerRef to, String command) {
    transport.send(same(to, command), this::told);
  }

  /** A server that has an idle connection. */
  private ServerRef knownServer() throws InterruptedException {
    return knownServer(transport);
  }

  private static ServerRef knownServer(TcpTransport transport) throws InterruptedException {
    Outcomes first = new Outcomes();
    transport.send(primary("{ping: 1}"), first);
    return first.awaitReply().server(); // Its connection is back in the pool before it is told.
  }

  private Thread carrierOf(Runnable sending) throws InterruptedException {
    awaitWith(sending, () -> carrier.get() != null);
    return Objects.requireNonNull(carrier.get());
  }

  private void awaitWith(Runnable sending, BooleanSupplier done) throws InterruptedException {
    Transport.Loan loan = transport.lend();
    sending.run();
    while (!done.getAsBoolean()) {
      transport.await(done, Long.MAX_VALUE);
    }
    loan.close();
  }
}
