package dev.tailrace.engine.face;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.Next;
import dev.tailrace.engine.Progress;
import dev.tailrace.engine.driver.StreamDriver;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A change stream as a {@link Flow.Publisher}: each subscriber has a stream of its own, which is
 * opened when it subscribes and ends when it cancels; the server's cursor is killed then.
 *
 * <p>Demand is the subscriber's, whatever the size of batches: without demand no {@code getMore} is
 * sent, but for one ahead ({@link dev.tailrace.engine.ChangeStreamOptions#prefetch}). The
 * subscription is a {@link ChangeStreamSubscription}. A stream that cannot go on, or cannot be
 * opened, signals {@code onError} with a {@link dev.tailrace.engine.ChangeStreamException}; one
 * that is invalidated completes, when more is requested than it has. An executor that takes no more
 * signals ends the subscription with {@code onError} on whatever thread has found out, and a
 * subscriber that throws ends it as if it had cancelled.
 *
 * @param <S> what is signalled
 * @see <a href="https://github.com/reactive-streams/reactive-streams-jvm">Reactive Streams</a>
 */
public final class ChangeStreamPublisher<S> implements Flow.Publisher<S> {

  private final Supplier<StreamSubscriptionMaker<S>> streams;

  private ChangeStreamPublisher(Supplier<StreamSubscriptionMaker<S>> streams) {
    this.streams = streams;
  }

  /**
   * Publishes events. For {@link dev.tailrace.engine.ChangeStreams}.
   *
   * @param drivers makes the driver of each stream
   * @param executor runs the signals, one after the other
   */
  public static <T> ChangeStreamPublisher<T> ofEvents(
      Supplier<StreamDriver<T>> drivers, Executor executor) {
    return of(
        drivers,
        executor,
        new Signals<>() {
          @Override
          public T event(T event) {
            return event;
          }
        });
  }

  /**
   * Publishes events, and progress where there are none. For {@link
   * dev.tailrace.engine.ChangeStreams}.
   *
   * @param drivers makes the driver of each stream
   * @param executor runs the signals, one after the other
   */
  public static <T> ChangeStreamPublisher<Next<T>> ofEventsAndProgress(
      Supplier<StreamDriver<T>> drivers, Executor executor) {
    return of(
        drivers,
        executor,
        new Signals<>() {
          @Override
          public Next<T> event(T event) {
            return new Next.Event<>(event);
          }

          @Override
          public Next<T> progress(Progress progress) {
            return new Next.Idle<>(progress);
          }

          @Override
          public boolean wantsProgress() {
            return true;
          }
        });
  }

  private static <T, S> ChangeStreamPublisher<S> of(
      Supplier<StreamDriver<T>> drivers, Executor executor, Signals<T, S> signals) {
    return new ChangeStreamPublisher<>(
        () -> {
          StreamDriver<T> driver = drivers.get();
          return subscriber -> new StreamSubscription<>(driver, executor, signals, subscriber);
        });
  }

  @Override
  public void subscribe(Flow.Subscriber<? super S> subscriber) {
    requireNonNull(subscriber, "subscriber");
    StreamSubscriptionMaker<S> stream;
    try {
      stream = streams.get();
    } catch (RuntimeException failed) { // A transport that gives no session.
      RefusedSubscription.tell(subscriber, failed);
      return;
    }
    stream.subscribe(subscriber).begin();
  }

  /** Makes a subscription on a stream that is not opened yet. */
  private interface StreamSubscriptionMaker<S> {
    StreamSubscription<?, S> subscribe(Flow.Subscriber<? super S> subscriber);
  }

  /** What is signalled of a stream. */
  interface Signals<T, S> {

    /** The signal for an event. */
    S event(T event);

    /** The signal for an empty batch that has moved the token; null for none. */
    default @Nullable S progress(Progress progress) {
      return null;
    }

    /** Whether {@link #progress} is of any use. */
    default boolean wantsProgress() {
      return false;
    }
  }
}
