package dev.tailrace.engine.face;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.core.Answer;
import dev.tailrace.engine.core.Patience;
import dev.tailrace.engine.core.Step;
import dev.tailrace.engine.driver.Reader;
import dev.tailrace.engine.driver.StreamDriver;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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
 * out and from every later one; but {@link ChangeStreamException.TimedOut} ends a call only.
 * Interrupting a thread that waits loses nothing: the stream stays as it is, and the next call goes
 * on.
 *
 * @param <T> how events are handed over
 */
public final class BlockingChangeStream<T> implements Iterable<T>, AutoCloseable {

  private final StreamDriver<T> driver;
  private final Transport transport;

  /** Held by the thread that waits for an answer. */
  private final ReentrantLock reading = new ReentrantLock();

  private BlockingChangeStream(StreamDriver<T> driver, Transport transport) {
    this.driver = driver;
    this.transport = transport;
  }

  /**
   * Opens a stream and waits until it is open. For {@link dev.tailrace.engine.ChangeStreams}.
   *
   * @throws ChangeStreamException if it cannot be opened
   * @throws InterruptedException if the thread is interrupted; nothing stays open then
   */
  public static <T> BlockingChangeStream<T> open(StreamDriver<T> driver, Transport transport)
      throws InterruptedException {
    BlockingChangeStream<T> stream = new BlockingChangeStream<>(driver, transport);
    Answers.requireOpened(stream.ask(driver::open, opening -> driver.close()));
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
    T ready = takeReady();
    if (ready != null) {
      return new Next.Event<>(ready);
    }
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
    T ready = takeReady();
    if (ready != null) {
      return new Next.Event<>(ready);
    }
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
    Answers.requireTime(time);
    T ready = takeReady();
    if (ready != null) {
      return new Next.Event<>(ready);
    }
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

  /** How the stream is now. */
  public StreamStatus status() {
    return driver.status();
  }

  /**
   * Ends the stream, at once and from any thread: whoever waits gets {@link Next.Ended}, and the
   * server's cursor is killed without anybody waiting for it. A second call does nothing.
   */
  @Override
  public void close() {
    driver.close();
  }

  /** An event that is here already, without a lock: what most calls are for. */
  private @Nullable T takeReady() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return driver.takeReady();
  }

  private Next<T> pullAndUnlock(Patience patience) throws InterruptedException {
    try {
      return Answers.toNext(ask(reader -> driver.pull(patience, reader), driver::cancelPull));
    } finally {
      reading.unlock();
    }
  }

  private Next<T> idle() {
    return new Next.Idle<>(driver.progress());
  }

  /**
   * Asks the machine, and lends the thread to the transport until it has answered.
   *
   * @param withdraw makes the machine answer at once, for a thread that will wait no longer. If
   *     that answer is an event after all, it is not lost: it is returned, and the thread stays
   *     interrupted
   */
  private Answer<T> ask(Consumer<Reader<T>> question, Consumer<Reader<T>> withdraw)
      throws InterruptedException {
    Waiter<T> waiter = new Waiter<>(Thread.currentThread());
    try {
      askAndAwait(question, waiter);
    } catch (InterruptedException interrupted) {
      withdraw(waiter, withdraw);
      if (!(waiter.answer() instanceof Answer.Deliver<T>)) {
        throw interrupted;
      }
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error transportFailed) {
      withdraw(waiter, withdraw);
      if (waiter.answer() instanceof Answer.Deliver<T> deliver) {
        driver.giveBack(deliver.event());
      }
      throw transportFailed;
    }
    return waiter.answer();
  }

  private static <T> void withdraw(Waiter<T> waiter, Consumer<Reader<T>> withdraw) {
    withdraw.accept(waiter);
    while (!waiter.isAnswered()) {
      LockSupport.park(waiter); // Another thread is at work in the driver, and about to answer.
    }
  }

  private void askAndAwait(Consumer<Reader<T>> question, Waiter<T> waiter)
      throws InterruptedException {
    Transport.Loan loan = transport.lend();
    try {
      question.accept(waiter);
      while (!waiter.isAnswered()) {
        transport.await(waiter::isAnswered, Step.NEVER);
      }
    } finally {
      loan.close();
    }
  }

  /** A thread that waits for one answer. */
  private static final class Waiter<T> implements Reader<T> {

    private final Thread thread;
    private volatile @Nullable Answer<T> answer;
    private volatile @Nullable Throwable fault;

    Waiter(Thread thread) {
      this.thread = thread;
    }

    @Override
    public void answered(Answer<T> given) {
      answer = given;
      wake();
    }

    @Override
    public void faulted(Throwable ours) {
      fault = ours;
      wake();
    }

    private void wake() {
      if (Thread.currentThread() != thread) {
        LockSupport.unpark(thread);
      }
    }

    boolean isAnswered() {
      return answer != null || fault != null;
    }

    Answer<T> answer() {
      Answer<T> given = answer;
      if (given == null) {
        throw Answers.fault(requireNonNull(fault, "not answered"));
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
