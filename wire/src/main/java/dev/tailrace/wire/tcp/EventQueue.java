package dev.tailrace.wire.tcp;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to their listener one after the other, in the order in which they were put in, on
 * the thread of whoever comes by, and never while that one holds a lock. Thread-safe.
 */
final class EventQueue<E> {

  private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

  private final Consumer<? super E> listener;
  private final Queue<E> events = new ConcurrentLinkedQueue<>();

  /** How many calls of {@link #deliver} there were since one of them began to hand over. */
  private final AtomicInteger calls = new AtomicInteger();

  EventQueue(Consumer<? super E> listener) {
    this.listener = listener;
  }

  /** Puts events in. May be called with a lock held; the next {@link #deliver} hands them over. */
  void add(List<? extends E> more) {
    events.addAll(more);
  }

  /** Hands over what is in, unless another thread is at it, which then hands that over too. */
  void deliver() {
    if (calls.getAndIncrement() != 0) {
      return;
    }
    int served = 1;
    do {
      for (@Nullable E event = events.poll(); event != null; event = events.poll()) {
        tell(event);
      }
      served = calls.addAndGet(-served);
    } while (served != 0);
  }

  private void tell(E event) {
    try {
      listener.accept(event);
    } catch (RuntimeException e) {
      LOG.error("the listener failed on {}", event, e);
    }
  }
}
