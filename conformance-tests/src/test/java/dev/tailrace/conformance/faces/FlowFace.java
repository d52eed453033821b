package dev.tailrace.conformance.faces;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.ChangeStreamSubscription;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The Flow face, with a thread that waits for its signals. Demand is one event at a time, and
 * cannot be taken back: an event that comes when nobody waits any more is there for the next call.
 */
final class FlowFace<T> implements FacedStream<T> {

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Transport transport;
  private final Signals<T> signals;

  /** Whether an event was asked for that nobody has taken yet. For the thread that reads. */
  private boolean isOwed;

  private FlowFace(Transport transport, Signals<T> signals) {
    this.transport = transport;
    this.signals = signals;
  }

  static <T> FlowFace<T> open(ChangeStreams<T> streams, Transport transport)
      throws InterruptedException {
    FlowFace<T> face = new FlowFace<>(transport, new Signals<>());
    streams.publisher().subscribe(face.signals);
    while (face.status().phase() instanceof StreamStatus.Opening) {
      // Nothing is signalled when it is open, so nobody would wake us.
      face.await(() -> !(face.status().phase() instanceof StreamStatus.Opening), LOOK_AGAIN_NANOS);
    }
    if (!face.isAlive()) {
      face.await(face.signals::isThere, Long.MAX_VALUE);
      face.signals.throwFailure();
    }
    return face;
  }

  @Override
  public Next<T> next() throws InterruptedException {
    return within(Long.MAX_VALUE);
  }

  @Override
  public Next<T> tryNext() {
    throw new UnsupportedOperationException("a subscription has demand, and no calls");
  }

  @Override
  public Next<T> poll(Duration time) throws InterruptedException {
    return within(time.toNanos());
  }

  private Next<T> within(long nanos) throws InterruptedException {
    if (!isOwed) {
      isOwed = true;
      signals.subscription().request(1);
    }
    await(signals::isThere, nanos);
    T event = signals.events.poll();
    if (event != null) {
      isOwed = false;
      return new Next.Event<>(event);
    }
    signals.throwFailure();
    if (signals.isThere()) {
      return new Next.Ended<>(signals.isCancelled ? EndReason.CLOSED : EndReason.INVALIDATED);
    }
    return new Next.Idle<>(status().progress());
  }

  private void await(BooleanSupplier done, long nanos) throws InterruptedException {
    long now = transport.timers().nanoTime();
    long until = nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
    signals.waiting = Thread.currentThread();
    while (!done.getAsBoolean() && transport.timers().nanoTime() < until) {
      transport.await(done, until);
    }
    signals.waiting = null;
  }

  @Override
  public boolean isAlive() {
    return signals.subscription().isAlive();
  }

  @Override
  public Optional<ResumeToken> resumeToken() {
    return signals.subscription().resumeToken();
  }

  @Override
  public StreamStatus status() {
    return signals.subscription().status();
  }

  /** A cancelled subscriber is not signalled to: that it has ended is for it to know. */
  @Override
  public void close() {
    signals.subscription().cancel();
    signals.isCancelled = true;
    signals.unpark();
  }

  /** What was signalled, and nobody has taken yet. */
  private static final class Signals<T> implements Flow.Subscriber<T> {

    private final Queue<T> events = new ConcurrentLinkedQueue<>();
    private volatile @Nullable ChangeStreamSubscription subscription;
    private volatile @Nullable Throwable failure;
    private volatile boolean isComplete;
    private volatile boolean isCancelled;
    private volatile @Nullable Thread waiting;

    @Override
    public void onSubscribe(Flow.Subscription theSubscription) {
      subscription = (ChangeStreamSubscription) theSubscription;
    }

    @Override
    public void onNext(T event) {
      events.add(event);
      unpark();
    }

    @Override
    public void onError(Throwable theFailure) {
      failure = theFailure;
      unpark();
    }

    @Override
    public void onComplete() {
      isComplete = true;
      unpark();
    }

    void unpark() {
      LockSupport.unpark(waiting);
    }

    boolean isThere() {
      return !events.isEmpty() || failure != null || isComplete || isCancelled;
    }

    void throwFailure() {
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (failure != null) {
        throw new AssertionError("signalled: " + failure, failure);
      }
    }

    ChangeStreamSubscription subscription() {
      ChangeStreamSubscription given = subscription;
      if (given == null) {
        throw new AssertionError("onSubscribe was not called");
      }
      return given;
    }
  }
}
