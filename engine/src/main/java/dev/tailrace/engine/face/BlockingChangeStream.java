package dev.tailrace.engine.face;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.core.Effect;
import dev.tailrace.engine.core.Ending;
import dev.tailrace.engine.core.Patience;
import dev.tailrace.engine.core.Step;
import dev.tailrace.engine.driver.Reader;
import dev.tailrace.engine.driver.StreamDriver;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A change stream for threads that wait.
 *
 * <p>{@link #next} waits for an event, {@link #tryNext} goes to the server once, {@link #poll}
 * waits for so long; a loop over the stream is {@link #next} until the end. Every method may be
 * called from any thread at any time. Of several threads that ask for events, one at a time waits
 * for the server; each event goes to one of them.
 *
 * <p>A stream that cannot go on throws a {@link ChangeStreamException}, from the call that finds
 * out and from every later one. Interrupting a thread that waits loses nothing: the stream stays as
 * it is, and the next call goes on.
 *
 * @param <T> how events are handed over
 */
public final class BlockingChangeStream<T> implements Iterable<T>, AutoCloseable {

  private final StreamDriver driver;
  private final Transport transport;
  private final Function<DocumentSlice, T> decoder;

  /** Held by the thread that waits for an answer. */
  private final ReentrantLock reading = new ReentrantLock();

  private BlockingChangeStream(
      StreamDriver driver, Transport transport, Function<DocumentSlice, T> decoder) {
    this.driver = driver;
    this.transport = transport;
    this.decoder = decoder;
  }

  /**
   * Opens a stream and waits until it is open. For {@link dev.tailrace.engine.ChangeStreams}.
   *
   * @throws ChangeStreamException if it cannot be opened
   * @throws InterruptedException if the thread is interrupted; nothing stays open then
   */
  public static <T> BlockingChangeStream<T> open(
      StreamDriver driver, Transport transport, Function<DocumentSlice, T> decoder)
      throws InterruptedException {
    BlockingChangeStream<T> stream = new BlockingChangeStream<>(driver, transport, decoder);
    if (stream.ask(driver::open, driver::close) instanceof Effect.End end) {
      throw new IllegalStateException("closed while it was opened: " + reason(end));
    }
    return stream;
  }

  /**
   * Waits for an event, or the end.
   *
   * @return an event, or {@link Next.Ended}
   * @throws ChangeStreamException if the stream cannot go on
   * @throws InterruptedException if the thread is interrupted before an event is there
   */
  public Next<T> next() throws InterruptedException {
    reading.lockInterruptibly();
    return pullAndUnlock(Patience.untilEvent());
  }

  /**
   * An event that is here already, or what one {@code getMore} brings. Makes at most one {@code
   * getMore} and at most one attempt to resume, and is back when both are answered or have run into
   * {@link dev.tailrace.engine.ChangeStreamOptions#answerTimeout}. It does not sit out the pause
   * before an attempt, and while another thread waits for an event there is none for this one: then
   * it is back at once.
   *
   * @throws ChangeStreamException if the stream cannot go on
   * @throws InterruptedException if the thread is interrupted before it has an answer
   */
  public Next<T> tryNext() throws InterruptedException {
    return reading.tryLock() ? pullAndUnlock(Patience.oneRound()) : idle();
  }

  /**
   * Waits for an event, or the end, for at most that long. A {@code getMore} that is under way when
   * the time is over stays so, and what it brings is there for the next call.
   *
   * @throws ChangeStreamException if the stream cannot go on
   * @throws InterruptedException if the thread is interrupted before it has an answer
   */
  public Next<T> poll(Duration time) throws InterruptedException {
    long untilNanos = Step.after(transport.timers().nanoTime(), time);
    return reading.tryLock(Step.after(0, time), TimeUnit.NANOSECONDS)
        ? pullAndUnlock(Patience.until(untilNanos))
        : idle();
  }

  /**
   * Goes over the events as they come. The loop ends with the stream, and also when the thread is
   * interrupted while it waits; the thread's interrupt status stays set then, and the stream open.
   *
   * <p>{@link Iterator#hasNext} waits, and takes the event: {@link #resumeToken} is then behind it.
   */
  @Override
  public Iterator<T> iterator() {
    return new Events();
  }

  /** Whether the stream is not over: not closed, failed or invalidated. */
  public boolean isAlive() {
    return driver.isAlive();
  }

  /**
   * Where a new stream would go on: behind the last event that was handed over, or further if the
   * server has said that there is nothing for this stream in between. Empty as long as the server
   * has given none.
   */
  public Optional<ResumeToken> resumeToken() {
    return driver.resumeToken();
  }

  /**
   * Ends the stream, at once and from any thread: whoever waits gets {@link Next.Ended}, and the
   * server's cursor is killed without anybody waiting for it. A second call does nothing.
   */
  @Override
  public void close() {
    driver.close();
  }

  private Next<T> pullAndUnlock(Patience patience) throws InterruptedException {
    try {
      Effect.Answer answer = ask(reader -> driver.pull(patience, reader), driver::cancelPull);
      if (answer instanceof Effect.Deliver deliver) {
        return new Next.Event<>(decoder.apply(deliver.event()));
      }
      return answer instanceof Effect.Idle idle
          ? new Next.Idle<>(idle.progress())
          : new Next.Ended<>(reason((Effect.End) answer));
    } finally {
      reading.unlock();
    }
  }

  private Next<T> idle() {
    return new Next.Idle<>(driver.progress());
  }

  private static EndReason reason(Effect.End end) {
    if (end.ending() instanceof Ending.Failed failed) {
      throw failed.exception();
    }
    return ((Ending.Regular) end.ending()).reason();
  }

  /**
   * Asks the machine, and lends the thread to the transport until it has answered.
   *
   * @param withdraw makes the machine answer at once, for a thread that will wait no longer. If
   *     that answer is an event after all, it is not lost: it is returned, and the thread stays
   *     interrupted
   */
  private Effect.Answer ask(Consumer<Reader> question, Runnable withdraw)
      throws InterruptedException {
    Waiter waiter = new Waiter(Thread.currentThread());
    question.accept(waiter);
    try {
      while (!waiter.isAnswered()) {
        transport.await(waiter::isAnswered, Step.NEVER);
      }
    } catch (InterruptedException interrupted) {
      withdraw.run();
      while (!waiter.isAnswered()) {
        LockSupport.park(waiter); // Another thread is at work in the driver, and about to answer.
      }
      if (!(waiter.answer() instanceof Effect.Deliver)) {
        throw interrupted;
      }
      Thread.currentThread().interrupt();
    }
    return waiter.answer();
  }

  /** A thread that waits for one answer. */
  private static final class Waiter implements Reader {

    private final Thread thread;
    private volatile Effect.@Nullable Answer answer;
    private volatile @Nullable Throwable fault;

    Waiter(Thread thread) {
      this.thread = thread;
    }

    @Override
    public void answered(Effect.Answer given) {
      answer = given;
      LockSupport.unpark(thread);
    }

    @Override
    public void faulted(Throwable ours) {
      fault = ours;
      LockSupport.unpark(thread);
    }

    boolean isAnswered() {
      return answer != null || fault != null;
    }

    Effect.Answer answer() {
      Effect.Answer given = answer;
      if (given == null) {
        throw new IllegalStateException("the engine is at fault; the stream is over", fault);
      }
      return given;
    }
  }

  /** The stream as a loop sees it. */
  private final class Events implements Iterator<T> {

    /** What {@link #hasNext} has taken and {@link #next} has not. */
    private @Nullable Next<T> taken;

    @Override
    public boolean hasNext() {
      try {
        if (taken == null) {
          taken = BlockingChangeStream.this.next();
        }
        return taken instanceof Next.Event<T>;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    @Override
    public T next() {
      if (hasNext() && taken instanceof Next.Event<T> event) {
        taken = null;
        return event.value();
      }
      throw new NoSuchElementException("the stream is over, or the thread was interrupted");
    }
  }
}
