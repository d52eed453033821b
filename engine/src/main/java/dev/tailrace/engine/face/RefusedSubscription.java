package dev.tailrace.engine.face;

import dev.tailrace.engine.Progress;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import java.util.Optional;
import java.util.concurrent.Flow;

/** What a subscriber gets where there is no stream for it: a subscription first (rule 1.9). */
final class RefusedSubscription implements ChangeStreamSubscription {

  private final RuntimeException failure;
  private volatile boolean cancelled;

  private RefusedSubscription(RuntimeException failure) {
    this.failure = failure;
  }

  static void tell(Flow.Subscriber<?> subscriber, RuntimeException failure) {
    RefusedSubscription subscription = new RefusedSubscription(failure);
    subscriber.onSubscribe(subscription);
    if (!subscription.cancelled) {
      subscriber.onError(failure);
    }
  }

  @Override
  public void request(long n) {}

  @Override
  public void cancel() {
    cancelled = true;
  }

  @Override
  public boolean isAlive() {
    return false;
  }

  @Override
  public Optional<ResumeToken> resumeToken() {
    return Optional.empty();
  }

  @Override
  public StreamStatus status() {
    return new StreamStatus(
        new StreamStatus.Ended("never opened: " + failure),
        Optional.empty(),
        new Progress(Optional.empty(), Optional.empty()));
  }
}
