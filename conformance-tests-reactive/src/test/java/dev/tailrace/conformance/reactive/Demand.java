package dev.tailrace.conformance.reactive;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A subscriber that asks for as much as it is told to, and keeps what it gets for a thread that
 * waits. Subscribing must answer at once with the subscription, as the driver's publishers do.
 */
final class Demand<T> implements Subscriber<T> {

  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<Signal<T>> signals = new LinkedBlockingQueue<>();
  private @Nullable Subscription subscription;

  /** Subscribes, and asks for nothing yet. */
  static <T> Demand<T> on(Publisher<T> publisher) {
    Demand<T> demand = new Demand<>();
    publisher.subscribe(demand);
    return demand;
  }

  /** Everything that a publisher has. */
  static <T> List<T> all(Publisher<T> publisher) {
    Demand<T> demand = on(publisher);
    demand.request(Long.MAX_VALUE);
    List<T> all = new ArrayList<>();
    while (demand.take() instanceof Signal.Next<T> next) {
      all.add(next.value());
    }
    return all;
  }

  /** The one thing that a publisher has. */
  static <T> T only(Publisher<T> publisher) {
    List<T> all = all(publisher);
    if (all.size() != 1) {
      throw new AssertionError("expected one result, found " + all);
    }
    return all.get(0);
  }

  void request(long count) {
    requireNonNull(subscription, "subscription").request(count);
  }

  void cancel() {
    requireNonNull(subscription, "subscription").cancel();
  }

  /** Waits for what was asked for. */
  T next() {
    if (take() instanceof Signal.Next<T> next) {
      return next.value();
    }
    throw new AssertionError("the publisher has completed");
  }

  /** How much came that nobody took yet. */
  int waiting() {
    return signals.size();
  }

  private Signal<T> take() {
    try {
      Signal<T> signal = signals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (signal instanceof Signal.Failed<T> failed) {
        throw new AssertionError("the publisher has failed", failed.cause());
      }
      return requireNonNull(signal, "nothing came");
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", impatient);
    }
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
  }

  @Override
  public void onNext(T value) {
    signals.add(new Signal.Next<>(value));
  }

  @Override
  public void onError(Throwable cause) {
    signals.add(new Signal.Failed<>(cause));
  }

  @Override
  public void onComplete() {
    signals.add(new Signal.Completed<>());
  }

  /** What a publisher says. */
  private sealed interface Signal<T> {
    record Next<T>(T value) implements Signal<T> {}

    record Failed<T>(Throwable cause) implements Signal<T> {}

    record Completed<T>() implements Signal<T> {}
  }
}
