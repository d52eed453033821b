package dev.tailrace.engine.face;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.core.Answer;
import dev.tailrace.engine.core.Patience;
import dev.tailrace.engine.core.Step;
import dev.tailrace.engine.driver.Reader;
import dev.tailrace.engine.driver.StreamDriver;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A change stream whose answers come as {@link CompletionStage}s. No thread waits, and no method
 * blocks; every method may be called from any thread at any time.
 *
 * <p>One call for an event at a time: a second one, before the first is answered, is refused. A
 * call whose stage is cancelled, or completed by anybody else, is over; an event that comes for it
 * all the same is not lost, it is there for the next call.
 *
 * <p>Stages are completed on whatever thread is at work for the stream: what depends on them must
 * not block, or be told to run elsewhere ({@link CompletionStage#thenAcceptAsync}). It may ask for
 * the next event. A stage may also be completed when it is returned: whoever begins to read where
 * there are many events already should loop over such stages, and not nest them. A failed stage has
 * a {@link ChangeStreamException}, and so has that of every later call.
 *
 * @param <T> how events are handed over
 */
public final class AsyncChangeStream<T> implements AutoCloseable {

  private final StreamDriver<T> driver;

  /** The call that was accepted last. */
  private @Nullable Asked last;

  /** Calls that wait for their turn: all but the last one were withdrawn. */
  private final Queue<Asked> accepted = new ConcurrentLinkedQueue<>();

  /** The call for which the machine may still have something. */
  private volatile @Nullable Asked current;

  private final AtomicInteger turns = new AtomicInteger();

  private AsyncChangeStream(StreamDriver<T> driver) {
    this.driver = driver;
  }

  /**
   * Opens a stream. For {@link dev.tailrace.engine.ChangeStreams}.
   *
   * @return the open stream, or why it cannot be opened; cancelling the stage leaves nothing open
   */
  public static <T> CompletionStage<AsyncChangeStream<T>> open(Supplier<StreamDriver<T>> drivers) {
    StreamDriver<T> driver;
    try {
      driver = drivers.get();
    } catch (RuntimeException failed) { // A transport that gives no session.
      return CompletableFuture.failedStage(failed);
    }
    CompletableFuture<AsyncChangeStream<T>> opened = new CompletableFuture<>();
    var unused =
        opened.whenComplete(
            (stream, failure) -> {
              if (failure != null) {
                driver.close();
              }
            });
    driver.open(
        new Reader<>() {
          @Override
          public void answered(Answer<T> answer) {
            try {
              Answers.requireOpened(answer);
              if (!opened.complete(new AsyncChangeStream<>(driver))) {
                driver.close(); // Nobody has the stream.
              }
            } catch (RuntimeException failed) {
              opened.completeExceptionally(failed);
            }
          }

          @Override
          public void faulted(Throwable fault) {
            opened.completeExceptionally(Answers.fault(fault));
          }
        });
    return opened;
  }

  /**
   * The next event, when there is one, or the end.
   *
   * @return an event, or {@link Next.Ended}; refused with an {@link IllegalStateException} where a
   *     call before is not answered yet
   */
  public CompletionStage<Next<T>> next() {
    return ask(reader -> driver.pull(Patience.untilEvent(), reader));
  }

  /**
   * An event that is here already, or what one {@code getMore} brings. Makes at most one {@code
   * getMore} and at most one attempt to resume, and is answered when both are, or have run into
   * {@link dev.tailrace.engine.ChangeStreamOptions#answerTimeout}. It does not sit out the pause
   * before an attempt.
   *
   * @return as of {@link #next}, or {@link Next.Idle}
   */
  public CompletionStage<Next<T>> tryNext() {
    return ask(reader -> driver.pull(Patience.oneRound(), reader));
  }

  /**
   * An event that comes within that time, or the end. A {@code getMore} that is under way when the
   * time is over stays so, and what it brings is there for the next call.
   *
   * @return as of {@link #next}, or {@link Next.Idle}
   */
  public CompletionStage<Next<T>> poll(Duration time) {
    Answers.requireTime(time);
    return ask(
        reader ->
            driver.pull(Patience.until(Step.after(driver.timers().nanoTime(), time)), reader));
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
   * Ends the stream: whoever waits gets {@link Next.Ended}, and the server's cursor is killed
   * without anybody waiting for it. A second call does nothing.
   */
  @Override
  public void close() {
    driver.close();
  }

  /**
   * As {@link #close}, for whoever goes on when it is done.
   *
   * @return completed when the stream is over, also if it was before: whoever waited is answered,
   *     though another thread may be about to tell, and the command that kills the cursor is on its
   *     way
   */
  public CompletionStage<@Nullable Void> closeAsync() {
    driver.close();
    return driver.ended();
  }

  private CompletionStage<Next<T>> ask(Consumer<Reader<T>> question) {
    Asked asked = new Asked(question);
    synchronized (this) {
      if (last != null && !last.future.isDone()) {
        return CompletableFuture.failedStage(
            new IllegalStateException("the call before is not answered yet: one at a time"));
      }
      last = asked;
    }
    accepted.add(asked);
    takeTurns();
    return asked.future;
  }

  /**
   * Begins the next call when the one before is settled: one that was withdrawn may still have an
   * event to give back, which comes first.
   *
   * <p>One thread at a time, and never from within itself: whoever asks again as soon as a stage is
   * completed, and has it completed at once, gets no deeper into the stack.
   */
  private void takeTurns() {
    if (turns.getAndIncrement() != 0) {
      return;
    }
    do {
      Asked next = current == null ? accepted.poll() : null;
      if (next != null) {
        current = next;
        next.begin();
      }
    } while (turns.decrementAndGet() != 0);
  }

  /** One call for an event. */
  private final class Asked implements Reader<T> {

    private final Consumer<Reader<T>> question;
    final CompletableFuture<Next<T>> future = new CompletableFuture<>();

    private volatile boolean answered;

    Asked(Consumer<Reader<T>> question) {
      this.question = question;
    }

    void begin() {
      T ready = future.isDone() ? null : driver.takeReady();
      if (ready != null) {
        answered(new Answer.Deliver<>(ready));
      } else if (future.isDone()) {
        settled();
      } else {
        question.accept(this);
        var unused =
            future.whenComplete(
                (next, failure) -> {
                  if (!answered) {
                    driver.cancelPull(this);
                  }
                });
      }
    }

    @Override
    public void answered(Answer<T> answer) {
      answered = true;
      try {
        if (!future.complete(Answers.toNext(answer))
            && answer instanceof Answer.Deliver<T> deliver) {
          driver.giveBack(deliver.event());
        }
      } catch (ChangeStreamException failed) {
        future.completeExceptionally(failed);
      }
      settled();
    }

    @Override
    public void faulted(Throwable fault) {
      answered = true;
      future.completeExceptionally(Answers.fault(fault));
      settled();
    }

    /** The machine has nothing for this call any more. */
    private void settled() {
      current = null;
      takeTurns();
    }
  }
}
