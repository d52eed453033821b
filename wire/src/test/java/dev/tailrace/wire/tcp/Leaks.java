package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.tcp.ScriptedServer.Peer;

/**
 * What a transport must not leave behind once it is closed. For tests that are isolated, as other
 * tests' threads have the same names.
 */
final class Leaks {

  private static final long PATIENCE_MILLIS = 20_000;

  private Leaks() {}

  /**
   * Nothing of closed transports is left: no connection at the server's end, none in a pool's
   * books, no request that waits for one, no thread. Fails if that does not come true in time.
   *
   * @param server not closed yet, as that would end its connections
   */
  static void assertNone(ScriptedServer server, RecordingListener listener)
      throws InterruptedException {
    listener.awaitBalance();
    for (Peer peer : server.peers()) {
      peer.awaitGone();
    }
    assertNoThread();
  }

  /** Virtual threads are not seen here; what they would hold on to, the sockets, is. */
  static void assertNoThread() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("tailrace-")) {
        thread.join(PATIENCE_MILLIS);
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }
}
