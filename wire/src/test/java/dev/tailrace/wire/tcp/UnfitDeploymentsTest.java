package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.wire.tcp.ScriptedServer.Peer;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Servers that answer, and are not what was asked for: the failure names each of them and says why,
 * and nothing of them stays open.
 */
class UnfitDeploymentsTest {

  private static final long PATIENCE_SECONDS = 20;

  private final ScriptedServer server = new ScriptedServer();
  private final ScriptedServer other = new ScriptedServer();

  @AfterEach
  void stop() {
    server.close();
    other.close();
  }

  @Test
  void nobodyIsPrimary() throws Exception {
    server.becomes(Role.SECONDARY, 1);

    assertFails(server.uri(""), "ReplicaSetNoPrimary rs [" + server.address() + " RSSecondary]");
  }

  @Test
  void theSetHasAnotherName() throws Exception {
    server.becomes(Role.PRIMARY, 1);

    assertFails(
        server.uri("replicaSet=other"),
        "ReplicaSetNoPrimary other []; left out "
            + server.address()
            + ": expected replica set other, found rs");
  }

  /** One server, talked to directly, stays in the picture. */
  @Test
  void theOneServerIsOfAnotherSet() throws Exception {
    server.becomes(Role.PRIMARY, 1);

    assertFails(
        server.uri("replicaSet=other&directConnection=true"),
        "Single other [" + server.address() + " Unknown (expected replica set other, found rs)]");
  }

  @Test
  void theSeedIsAStandalone() throws Exception {
    assertFails(
        server.uri("replicaSet=rs"),
        "ReplicaSetNoPrimary rs []; left out "
            + server.address()
            + ": it is no member of a replica set");
  }

  @Test
  void oneOfTheSeedsIsAStandalone() throws Exception {
    other.becomes("{ok: 0, errmsg: 'not yet', code: 1}");

    assertFails(
        "mongodb://" + server.address() + "," + other.address() + "/?",
        "Unknown [%s Unknown (IOException: handshake refused: not yet)]; left out %s: %s"
            .formatted(
                other.address(),
                server.address(),
                "it is a standalone server, and there are several seeds"));
  }

  /** Expects requests to that deployment to fail so, and nothing to be left of it afterwards. */
  private void assertFails(String uri, String words) throws Exception {
    CompletableFuture<Failed> failure = new CompletableFuture<>();
    // The transport's threads are of the group of the one that makes it.
    ThreadGroup group = new ThreadGroup("transport");
    Thread user =
        new Thread(
            group,
            () -> {
              String options = "&serverSelectionTimeoutMS=100";
              try (TcpTransport transport = TcpTransport.connect(uri + options)) {
                failure.complete(new Outcomes().askUntilFailureSays(words, transport));
              } catch (InterruptedException | RuntimeException | AssertionError e) {
                failure.completeExceptionally(e);
              }
            });
    user.start();
    Failed failed = failure.get(2 * PATIENCE_SECONDS, TimeUnit.SECONDS);
    user.join();
    assertThat(failed.reason()).isEqualTo(Reason.NO_ELIGIBLE_SERVER);
    assertThat(failed.message())
        .startsWith("no server for {\"mode\": \"primary\"} in 100 ms: ")
        .endsWith(words);
    for (ScriptedServer each : new ScriptedServer[] {server, other}) {
      for (Peer peer : each.peers()) {
        peer.awaitGone();
      }
    }
    assertAllEnd(group);
  }

  private static void assertAllEnd(ThreadGroup group) throws InterruptedException {
    Thread[] threads = new Thread[100];
    int count = group.enumerate(threads);
    for (Thread thread : Arrays.asList(threads).subList(0, count)) {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
  }
}
