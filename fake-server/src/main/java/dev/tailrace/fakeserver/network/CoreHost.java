package dev.tailrace.fakeserver.network;

import dev.tailrace.fakeserver.core.Effect;
import dev.tailrace.fakeserver.core.ReplicaSetCore;
import dev.tailrace.fakeserver.core.Step;
import dev.tailrace.wire.compression.OpCompressed;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.Frame;
import dev.tailrace.wire.frame.FrameReader;
import dev.tailrace.wire.frame.Message;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Owns a core: lets one thread at a time at it, does what it says, and has it woken in time.
 * Thread-safe.
 *
 * <p>Peers are called while the lock is held. They must not block; they may call back.
 */
public abstract class CoreHost implements AutoCloseable {

  /** The client's end of a connection. */
  interface Peer {

    /** The member sent these bytes. */
    void onBytes(ByteBuffer bytes);

    /** The member closed the connection. */
    void onClosed();
  }

  /** An input to the core, at a time. */
  @FunctionalInterface
  public interface Input {
    Step apply(ReplicaSetCore core, long nowNanos);
  }

  private static final class Attached {
    final Peer peer;
    final FrameReader reader = new FrameReader();

    Attached(Peer peer) {
      this.peer = peer;
    }
  }

  /** What clients are told once there is nobody there any more. */
  static final String CLOSED = "the set was closed";

  final ReentrantLock lock = new ReentrantLock();
  final Condition changed = lock.newCondition();
  private final ReplicaSetCore core;
  private final Map<Long, Attached> connections = new HashMap<>();

  /** Clients in this process, in the order in which they came, and how to tell each of the end. */
  private final Map<ClientLink, Runnable> clients = new LinkedHashMap<>();

  private long lastConnection;

  /** What is still to be done, oldest first: an effect may lead to an input before it is done. */
  private final ArrayDeque<Effect> pending = new ArrayDeque<>();

  private boolean performing;
  private boolean closed;

  CoreHost(ReplicaSetCore core) {
    this.core = core;
  }

  /** The monotonic clock of this host, in nanoseconds from its start. */
  public abstract long nowNanos();

  /** Has the core ticked at that time, or earlier; replaces what was asked before. */
  abstract void wakeAt(long atNanos);

  /**
   * Gives the core an input, and does what comes of it.
   *
   * @throws IllegalStateException if the host is closed
   */
  public void apply(Input input) {
    lock.lock();
    try {
      checkOpen();
      Step step = input.apply(core, nowNanos());
      pending.addAll(step.effects());
      wakeAt(step.wakeAtNanos());
      performPending();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Looks at the core, also after the host was closed. */
  public <T> T look(Function<ReplicaSetCore, T> question) {
    lock.lock();
    try {
      return question.apply(core);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something holds of the core; in virtual time the clock is moved meanwhile.
   *
   * @return whether it did, in time
   * @throws InterruptedException if the thread is interrupted
   */
  public abstract boolean awaitState(Predicate<ReplicaSetCore> holds, Duration within)
      throws InterruptedException;

  private void performPending() {
    if (performing) {
      return; // Whoever is at it takes these too, in their turn.
    }
    performing = true;
    try {
      Effect effect;
      while ((effect = pending.poll()) != null) {
        perform(effect);
      }
    } finally {
      performing = false;
    }
  }

  private void perform(Effect effect) {
    Attached attached = connections.get(effect.connection());
    if (attached == null) {
      return;
    }
    if (effect instanceof Effect.Send send) {
      attached.peer.onBytes(send.bytes());
    } else {
      connections.remove(effect.connection());
      attached.peer.onClosed();
    }
  }

  /**
   * Connects to a member.
   *
   * @param remote {@code host:port} of the client
   * @return the connection's number
   * @throws IllegalStateException if the host is closed
   */
  long connect(int member, String remote, Peer peer) {
    lock.lock();
    try {
      checkOpen();
      long connection = ++lastConnection;
      connections.put(connection, new Attached(peer));
      apply((set, now) -> set.connected(member, connection, remote, now));
      return connection;
    } finally {
      lock.unlock();
    }
  }

  /** The connection is encrypted from now on; the subject is null if the client shows none. */
  void encrypted(long connection, String protocol, @Nullable String subject) {
    lock.lock();
    try {
      if (connections.containsKey(connection)) {
        apply((set, now) -> set.encrypted(connection, protocol, subject, now));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The client sent these bytes, however they are cut. What is no message closes the connection.
   */
  void receive(long connection, ByteBuffer bytes) {
    lock.lock();
    try {
      Attached attached = connections.get(connection);
      if (attached == null) {
        return;
      }
      try {
        attached.reader.feed(bytes);
        Optional<Frame> frame = attached.reader.poll();
        while (frame.isPresent() && !closed) {
          receive(connection, frame.get());
          frame = attached.reader.poll();
        }
      } catch (BadMessageException e) {
        connections.remove(connection);
        apply((set, now) -> set.disconnected(connection, now));
        attached.peer.onClosed();
      }
    } finally {
      lock.unlock();
    }
  }

  private void receive(long connection, Frame frame) throws BadMessageException {
    if (OpCompressed.is(frame)) {
      OpCompressed compressed = OpCompressed.decompress(frame);
      Message message = Message.decode(compressed.message());
      apply((set, now) -> set.received(connection, message, compressed.compressor(), now));
    } else {
      Message message = Message.decode(frame);
      apply((set, now) -> set.received(connection, message, /* compressor= */ null, now));
    }
  }

  /** The client closed the connection, or lost it. */
  void disconnect(long connection) {
    lock.lock();
    try {
      if (connections.remove(connection) != null) {
        apply((set, now) -> set.disconnected(connection, now));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has a client in this process told when the host is closed. */
  void attend(ClientLink client, Runnable onHostClosed) {
    clients.put(client, onHostClosed);
  }

  /** The client is gone, and need not be told any more. */
  void leave(ClientLink client) {
    clients.remove(client);
  }

  /** Whether the host is closed. To be asked under the lock. */
  boolean isClosed() {
    return closed;
  }

  /** Whether the set can still be reached. */
  public boolean isOpen() {
    return look(core -> !closed);
  }

  /**
   * For what changes the set, or reaches it.
   *
   * @throws IllegalStateException if the host is closed
   */
  public void checkOpen() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException(CLOSED);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends every connection, tells the clients in this process at once, and frees ports and threads.
   * A second call does nothing.
   */
  @Override
  public final void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      connections.clear();
      List.copyOf(clients.values()).forEach(Runnable::run);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    release();
  }

  /** Frees what the host holds of the machine. Called once, without the lock. */
  abstract void release();
}
