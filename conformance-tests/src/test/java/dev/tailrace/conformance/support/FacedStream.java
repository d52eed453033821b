package dev.tailrace.conformance.support;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.face.undertest.Call;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.face.undertest.StreamUnderTest;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open change stream, whatever its face, at which one thread waits. The thread is lent to the
 * transport meanwhile: in virtual time it runs the world.
 *
 * @param <T> how events are handed over
 */
public final class FacedStream<T> implements AutoCloseable {

  private final FaceUnderTest face;
  private final StreamUnderTest<T> stream;
  private final Transport transport;

  /**
   * What a subscription was asked for, and nobody has taken: demand cannot be taken back. An event
   * that comes when nobody waits any more is there for the next call.
   */
  private @Nullable Call<Next<T>> owed;

  private FacedStream(FaceUnderTest face, StreamUnderTest<T> stream, Transport transport) {
    this.face = face;
    this.stream = stream;
    this.transport = transport;
  }

  /**
   * Opens a stream, and waits until it is open.
   *
   * @param listener the stream's
   * @param transport that of the stream
   * @throws dev.tailrace.engine.ChangeStreamException if it cannot be opened
   */
  public static <T> FacedStream<T> open(
      FaceUnderTest face,
      ChangeStreams<T> streams,
      Consumer<StreamEvent> listener,
      Transport transport)
      throws InterruptedException {
    Call<StreamUnderTest<T>> open = face.open(streams, listener, Runnable::run);
    return new FacedStream<>(face, await(open, transport), transport);
  }

  /** Waits for an event, or the end. */
  public Next<T> next() throws InterruptedException {
    Call<Next<T>> call = owed == null ? stream.next() : owed;
    owed = null;
    return await(call, transport);
  }

  /**
   * An event that is here already, or what one {@code getMore} brings.
   *
   * @throws UnsupportedOperationException of a subscription, which has demand and no calls
   */
  public Next<T> tryNext() throws InterruptedException {
    return await(stream.tryNext(), transport);
  }

  /** Waits for an event, or the end, for at most that long. */
  public Next<T> poll(Duration time) throws InterruptedException {
    return face == FaceUnderTest.FLOW
        ? pollSubscription(time)
        : await(stream.poll(time), transport);
  }

  private Next<T> pollSubscription(Duration time) throws InterruptedException {
    Call<Next<T>> call = owed == null ? stream.next() : owed;
    owed = call;
    lend(call, transport, transport.timers().nanoTime() + time.toNanos());
    if (!call.isAnswered()) {
      return new Next.Idle<>(status().progress());
    }
    owed = null;
    return call.get();
  }

  private static <R> R await(Call<R> call, Transport transport) throws InterruptedException {
    try {
      lend(call, transport, Long.MAX_VALUE);
    } finally {
      if (!call.isAnswered()) {
        call.withdraw();
      }
    }
    return call.get();
  }

  private static void lend(Call<?> call, Transport transport, long untilNanos)
      throws InterruptedException {
    Thread waiting = Thread.currentThread();
    var unused = call.answer().whenComplete((answer, failure) -> LockSupport.unpark(waiting));
    while (!call.isAnswered() && transport.timers().nanoTime() < untilNanos) {
      transport.await(call::isAnswered, untilNanos);
    }
  }

  /** Whether the stream is not over. */
  public boolean isAlive() {
    return stream.isAlive();
  }

  /** Where a new stream would go on. */
  public Optional<ResumeToken> resumeToken() {
    return stream.resumeToken();
  }

  /** How the stream is now. */
  public StreamStatus status() {
    return stream.status();
  }

  /** Ends the stream, and cancels the subscription that it may be. */
  @Override
  public void close() {
    stream.close();
  }
}
