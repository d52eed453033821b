package dev.tailrace.transport.driver;

import com.mongodb.connection.ConnectionDescription;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One command while the driver carries it out, as known to the thread that does so. The driver
 * selects servers, sends and receives on the thread that calls it; so what it calls back on that
 * thread is about this command, until the command is on its way. What comes later (the driver may
 * ask for keys to decrypt a reply) is the driver's own business.
 */
final class Call {

  private static final ThreadLocal<@Nullable Call> CURRENT = new ThreadLocal<>();

  private final String commandName;
  private final Optional<String> onlyAddress;
  private final Set<String> deprioritized;

  /** Whether a server was found; only looked at by the calling thread. */
  private boolean serverFound;

  /** When the server that is waited for was found missing; only looked at by the calling thread. */
  private OptionalLong missingSinceNanos = OptionalLong.empty();

  /** Null until the command is about to be sent. */
  private volatile @Nullable ServerRef server;

  /** Opens when the command is about to be sent, or never will be. */
  private final CountDownLatch onItsWay = new CountDownLatch(1);

  /**
   * A call that has not begun.
   *
   * @param onlyAddress the only server that it may reach; empty for any that the driver selects
   * @param deprioritized servers that are passed over unless there is no other
   */
  Call(String commandName, Optional<String> onlyAddress, Set<String> deprioritized) {
    this.commandName = commandName;
    this.onlyAddress = onlyAddress;
    this.deprioritized = deprioritized;
  }

  /** The call of this thread whose command is not on its way yet; null if there is none. */
  static @Nullable Call awaitingServer() {
    @Nullable Call call = CURRENT.get();
    return call == null || call.server != null ? null : call;
  }

  /** From now on this thread is at work on this call. */
  void enter() {
    CURRENT.set(this);
  }

  /** This thread is done with its call. */
  static void leave() {
    CURRENT.remove();
  }

  /** Nothing will be sent any more. */
  void end() {
    onItsWay.countDown();
  }

  /** Waits until the command has a connection, or will not get one any more. */
  void awaitOnItsWay() throws InterruptedException {
    onItsWay.await();
  }

  Optional<String> onlyAddress() {
    return onlyAddress;
  }

  Set<String> deprioritized() {
    return deprioritized;
  }

  /** The driver has looked for a server. */
  void onSelection(boolean found) {
    serverFound = found;
  }

  /**
   * Whether what the driver says of the server that this call waits for is news.
   *
   * @param toldAtNanos when the driver took note of it, by a clock of the driver's own
   */
  boolean hasBeenCheckedSince(long toldAtNanos) {
    if (missingSinceNanos.isEmpty()) {
      missingSinceNanos = OptionalLong.of(toldAtNanos);
    }
    return toldAtNanos != missingSinceNanos.getAsLong();
  }

  /** The driver has taken back the connection that it meant to use, and will look again. */
  void onTakenBack() {
    serverFound = false;
    missingSinceNanos = OptionalLong.empty();
  }

  boolean isServerFound() {
    return serverFound;
  }

  /** The driver is about to send a command, maybe another one that it needs for this one. */
  void onStarted(String startedName, ConnectionDescription connection) {
    if (startedName.equals(commandName)) {
      server =
          new ServerRef(
              connection.getServerAddress().toString(),
              connection.getMaxWireVersion(),
              kind(connection));
      onItsWay.countDown();
    }
  }

  /** The server that the command was sent to; null if it was not sent yet. */
  @Nullable ServerRef server() {
    return server;
  }

  private static ServerKind kind(ConnectionDescription connection) {
    return switch (connection.getServerType()) {
      case STANDALONE -> ServerKind.STANDALONE;
      case REPLICA_SET_PRIMARY,
          REPLICA_SET_SECONDARY,
          REPLICA_SET_ARBITER,
          REPLICA_SET_OTHER,
          REPLICA_SET_GHOST ->
          ServerKind.REPLICA_SET_MEMBER;
      case SHARD_ROUTER -> ServerKind.MONGOS;
      case LOAD_BALANCER -> ServerKind.LOAD_BALANCED;
      case UNKNOWN -> ServerKind.UNKNOWN;
    };
  }
}
