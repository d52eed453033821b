package dev.tailrace.wire.tcp;

import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.SelectionEvent;
import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.WireListener;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listeners of one transport, and the log, what happens. News whose order counts is added
 * under the lock that makes the order, and delivered when no lock is held: a listener may do with
 * the transport what it likes. Thread-safe.
 */
final class Announcer {

  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  private final List<Guarded> listeners;
  private final Guarded log = new Guarded(new EventLog());
  private final Queue<Consumer<WireListener>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger deliveries = new AtomicInteger();

  Announcer(List<WireListener> listeners) {
    this.listeners = listeners.stream().map(Guarded::new).toList();
  }

  /** A listener, and whether it has failed. */
  private record Guarded(WireListener listener, AtomicBoolean failed) {

    Guarded(WireListener listener) {
      this(listener, new AtomicBoolean());
    }

    void hear(Consumer<WireListener> news) {
      try {
        news.accept(listener);
      } catch (RuntimeException | Error e) {
        if (!failed.getAndSet(true)) {
          LOG.warn("a listener failed; what it throws from now on is not logged", e);
        }
      }
    }
  }

  /** Whether anybody wants to know of commands; if not, there need not be any events. */
  boolean tellsOfCommands() {
    return !listeners.isEmpty() || EventLog.tellsOfCommands();
  }

  /** Tells of a command, at once. To be called with no lock held. */
  void command(CommandEvent event) {
    tell(listener -> listener.command(event));
  }

  /** Whether anybody wants to know of searches for servers. */
  boolean tellsOfSelections() {
    return !listeners.isEmpty() || EventLog.tellsOfSelections();
  }

  /** Tells of a search for a server, at once. To be called with no lock held. */
  void selection(SelectionEvent event) {
    tell(listener -> listener.selection(event));
  }

  /** Takes note of news of a pool. Any lock may be held. */
  void add(ConnectionPoolEvent event) {
    if (!listeners.isEmpty() || EventLog.tellsOfPools()) {
      waiting.add(listener -> listener.pool(event));
    }
  }

  /** Takes note of news of the deployment. Any lock may be held. */
  void add(List<? extends TopologyEvent> events) {
    if (!listeners.isEmpty() || EventLog.tellsOfTopology()) {
      events.forEach(event -> waiting.add(listener -> listener.topology(event)));
    }
  }

  /** Tells what was added, unless another thread is about to. To be called with no lock held. */
  void deliver() {
    if (waiting.isEmpty() || deliveries.getAndIncrement() != 0) {
      return; // Whoever delivers sees the count, and what was added before it.
    }
    int seen = 1;
    do {
      for (@Nullable Consumer<WireListener> news = waiting.poll();
          news != null;
          news = waiting.poll()) {
        tell(news);
      }
      seen = deliveries.addAndGet(-seen);
    } while (seen != 0);
  }

  private void tell(Consumer<WireListener> news) {
    log.hear(news);
    listeners.forEach(listener -> listener.hear(news));
  }
}
