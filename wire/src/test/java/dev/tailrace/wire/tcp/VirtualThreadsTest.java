package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static dev.tailrace.wire.tcp.Outcomes.same;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Transport.Loan;
import dev.tailrace.engine.transport.realtime.DaemonThreads;
import dev.tailrace.wire.tcp.ScriptedServer.Received;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Threads as the JVM has them: virtual ones since 21, and before that daemons. Each test runs the
 * same on both, and says what differs.
 */
class VirtualThreadsTest {

  private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

  private final ScriptedServer server = new ScriptedServer();
  private final TcpTransport transport =
      TcpTransport.builder(server.uri("")).lentMillis(20_000).connect();

  @AfterEach
  void stop() {
    transport.close();
    server.close();
  }

  @Test
  void workIsDoneOnWhatTheJvmHas() throws InterruptedException {
    AtomicReference<@Nullable Thread> worker = new AtomicReference<>();
    Outcomes outcomes = new Outcomes();

    transport.send(
        primary("{ping: 1}"),
        outcome -> {
          worker.set(Thread.currentThread());
          outcomes.accept(outcome);
        });
    outcomes.awaitReply();

    Thread at = Objects.requireNonNull(worker.get());
    assertThat(DaemonThreads.isVirtual(at)).isEqualTo(VIRTUAL);
    assertThat(at.isDaemon()).isTrue();
    assertThat(at.getName()).startsWith("tailrace-exchange-");
  }

  /**
   * A virtual thread waits, and another reads: an interrupt would close the socket it reads from.
   */
  @Test
  void onlyAPlatformThreadCarriesItsRequest() throws Exception {
    ServerRef known = known();

    String reader =
        on(
            () -> {
              AtomicReference<@Nullable Thread> carrier = new AtomicReference<>();
              Thread caller = Thread.currentThread();
              Loan loan = transport.lend();
              transport.send(
                  same(known, "{getMore: 1}"),
                  outcome -> {
                    carrier.set(Thread.currentThread());
                    LockSupport.unpark(caller);
                  });
              while (carrier.get() == null) {
                transport.await(() -> carrier.get() != null, Long.MAX_VALUE);
              }
              loan.close();
              return carrier.get() == caller ? "the caller" : "another";
            });

    assertThat(reader).isEqualTo(VIRTUAL ? "another" : "the caller");
  }

  /**
   * The interrupt of a thread that waits leaves the connection as it is, for the reply and after.
   */
  @Test
  void anInterruptBreaksNothing() throws Exception {
    ServerRef known = known();
    server.plays((peer, request) -> {});
    Outcomes outcomes = new Outcomes();

    String ended =
        on(
            () -> {
              // As a face does where it cannot carry, on virtual threads and for what comes late.
              transport.send(same(known, "{getMore: 1}"), outcomes);
              Thread.currentThread().interrupt();
              try {
                transport.await(() -> !outcomes.isEmpty(), Long.MAX_VALUE);
                return "awaited";
              } catch (InterruptedException e) {
                return "interrupted";
              }
            });

    assertThat(ended).isEqualTo("interrupted");
    Received getMore = server.awaitCommand("getMore");
    getMore.peer().replyToLast("{ok: 1}");
    outcomes.awaitReply();
    server.plays((peer, request) -> peer.reply(request, "{ok: 1}"));
    transport.send(same(known, "{ping: 1}"), outcomes);
    outcomes.awaitReply();
    assertThat(server.awaitCommand("ping").peer()).isSameAs(getMore.peer());
  }

  private ServerRef known() throws InterruptedException {
    Outcomes first = new Outcomes();
    transport.send(primary("{ping: 1}"), first);
    return first.awaitReply().server();
  }

  private interface Task {
    String run() throws Exception;
  }

  /** What a task returns on a thread of the kind that the transport makes. */
  private static String on(Task task) throws Exception {
    CompletableFuture<String> result = new CompletableFuture<>();
    new DaemonThreads("test")
        .newThread(
            () -> {
              try {
                result.complete(task.run());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            })
        .start();
    return result.get(20, TimeUnit.SECONDS);
  }
}
