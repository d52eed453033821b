package dev.tailrace.engine.face;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that writes down its signals: the tokens of events, "complete" and "error". It
 * requests what it is told to.
 */
final class RecordingSubscriber implements Flow.Subscriber<RawBsonDocument> {

  final List<String> signals = new ArrayList<>();
  @Nullable Throwable failure;

  /** How many events came, and whether each was the one behind the one before. */
  long count;

  boolean isOrdered = true;

  /** How many signals came while another one was not over, and how deep they were nested. */
  final AtomicInteger overlaps = new AtomicInteger();

  int deepest;
  private int depth;
  private final AtomicInteger inside = new AtomicInteger();

  // What it does by itself.
  long requestAtOnce;
  long requestFromNext;
  boolean cancelAtOnce;
  boolean keepsSignals = true;
  Runnable onSubscribe = () -> {};
  Runnable onNext = () -> {};
  Runnable onComplete = () -> {};

  private volatile @Nullable ChangeStreamSubscription subscription;

  ChangeStreamSubscription subscription() {
    return requireNonNull(subscription, "not subscribed");
  }

  void request(long n) {
    subscription().request(n);
  }

  void cancel() {
    subscription().cancel();
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = (ChangeStreamSubscription) given;
    onSubscribe.run();
    if (requestAtOnce != 0) {
      request(requestAtOnce);
    }
    if (cancelAtOnce) {
      cancel();
    }
    assertNothingSignalled();
  }

  /** No signal before onSubscribe has returned (rule 1.3). */
  private void assertNothingSignalled() {
    if (!signals.isEmpty()) {
      throw new AssertionError("signalled while subscribing: " + signals);
    }
  }

  @Override
  public void onNext(RawBsonDocument event) {
    enter();
    if (keepsSignals) {
      signals.add(FaceFixture.token(event));
    } else {
      isOrdered &= GeneratingTransport.indexOf(event) == count;
    }
    count++;
    try {
      if (requestFromNext != 0) {
        request(requestFromNext);
      }
      onNext.run();
    } finally {
      leave();
    }
  }

  @Override
  public void onComplete() {
    enter();
    signals.add("complete");
    onComplete.run();
    leave();
  }

  @Override
  public void onError(Throwable given) {
    enter();
    signals.add("error");
    failure = given;
    leave();
  }

  private void enter() {
    deepest = Math.max(deepest, ++depth);
    if (inside.getAndIncrement() != 0) {
      overlaps.incrementAndGet();
    }
  }

  private void leave() {
    depth--;
    inside.decrementAndGet();
  }

  /** One that hands every signal's value on. */
  static final class Of<S> implements Flow.Subscriber<S> {

    private final Consumer<? super S> values;
    private Flow.@Nullable Subscription subscription;

    Of(Consumer<? super S> values) {
      this.values = values;
    }

    void request(long n) {
      requireNonNull(subscription, "not subscribed").request(n);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(S signal) {
      values.accept(signal);
    }

    @Override
    public void onComplete() {}

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError(failure);
    }
  }
}
