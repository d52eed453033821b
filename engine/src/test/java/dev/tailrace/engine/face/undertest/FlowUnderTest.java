package dev.tailrace.engine.face.undertest;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.ChangeStreamSubscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that requests one event for each call, and remembers how its subscription ended:
 * calls behind the end have the same answer again. A signal that nobody asked for, or behind the
 * end, fails every call that follows; one that was on its way when it cancelled is let pass (rule
 * 2.8).
 */
final class FlowUnderTest<T> implements StreamUnderTest<T>, Flow.Subscriber<T> {

  private final CompletableFuture<StreamUnderTest<T>> open = new CompletableFuture<>();
  private final Queue<CompletableFuture<Next<T>>> waiting = new ArrayDeque<>();

  private boolean cancelled;

  /** How it ended. */
  private @Nullable CompletableFuture<Next<T>> end;

  private volatile @Nullable ChangeStreamSubscription subscription;

  static <T> Call<StreamUnderTest<T>> open(ChangeStreams<T> watch, Consumer<StreamEvent> listener) {
    FlowUnderTest<T> stream = new FlowUnderTest<>();
    watch
        .listener(
            event -> {
              if (event instanceof StreamEvent.Opened) {
                stream.open.complete(
                    stream); // The only one to tell: publishers have no such signal.
              }
              listener.accept(event);
            })
        .publisher()
        .subscribe(stream);
    return new Call<>(stream.open, stream::withdraw);
  }

  @Override
  public Call<Next<T>> next() {
    CompletableFuture<Next<T>> call = new CompletableFuture<>();
    synchronized (this) {
      if (end != null) {
        return Call.answered(end);
      }
      waiting.add(call);
    }
    subscription().request(1);
    return new Call<>(call, this::withdraw);
  }

  @Override
  public Call<Next<T>> tryNext() {
    throw new UnsupportedOperationException("a publisher is not asked for what it has");
  }

  @Override
  public Call<Next<T>> poll(Duration time) {
    throw new UnsupportedOperationException("demand has no end in time");
  }

  @Override
  public boolean isAlive() {
    return subscription().isAlive();
  }

  @Override
  public Optional<ResumeToken> resumeToken() {
    return subscription().resumeToken();
  }

  @Override
  public StreamStatus status() {
    return subscription().status();
  }

  /** Nothing is signalled to who has cancelled: this end is our own. */
  @Override
  public void close() {
    cancel(CompletableFuture.completedFuture(new Next.Ended<>(EndReason.CLOSED)));
  }

  private void withdraw() {
    CompletableFuture<Next<T>> withdrawn = new CompletableFuture<>();
    withdrawn.cancel(false);
    open.cancel(false);
    cancel(withdrawn);
  }

  private void cancel(CompletableFuture<Next<T>> how) {
    subscription().cancel();
    synchronized (this) {
      cancelled = true;
    }
    end(how);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = (ChangeStreamSubscription) given;
  }

  @Override
  public void onNext(T event) {
    CompletableFuture<Next<T>> call;
    synchronized (this) {
      call = end == null ? waiting.poll() : null;
      if (call == null) {
        breach("onNext");
        return;
      }
    }
    call.complete(new Next.Event<>(event));
  }

  @Override
  public void onComplete() {
    endOnce(CompletableFuture.completedFuture(new Next.Ended<>(EndReason.INVALIDATED)));
  }

  @Override
  public void onError(Throwable failure) {
    open.completeExceptionally(failure);
    endOnce(CompletableFuture.failedFuture(failure));
  }

  private void endOnce(CompletableFuture<Next<T>> how) {
    if (!end(how)) {
      breach("a second end");
    }
  }

  private boolean end(CompletableFuture<Next<T>> how) {
    List<CompletableFuture<Next<T>>> freed;
    synchronized (this) {
      if (end != null) {
        return false;
      }
      end = how;
      freed = List.copyOf(waiting);
      waiting.clear();
    }
    var unused = how.whenComplete((ended, failure) -> freed.forEach(tell(ended, failure)));
    return true;
  }

  private static <T> Consumer<CompletableFuture<Next<T>>> tell(
      Next<T> ended, @Nullable Throwable failure) {
    return failure == null
        ? call -> call.complete(ended)
        : call -> call.completeExceptionally(failure);
  }

  private synchronized void breach(String signal) {
    if (!cancelled) {
      end = CompletableFuture.failedFuture(new AssertionError(signal + " that nobody asked for"));
    }
  }

  private ChangeStreamSubscription subscription() {
    return requireNonNull(subscription, "not subscribed");
  }
}
