package dev.tailrace.engine.face;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.core.Answer;
import dev.tailrace.engine.core.Patience;
import dev.tailrace.engine.driver.Reader;
import dev.tailrace.engine.driver.StreamDriver;
import dev.tailrace.engine.face.ChangeStreamPublisher.Signals;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Turns demand into pulls, and answers into signals, one after the other.
 *
 * <p>Whatever happens (demand, an answer, a cancellation) asks for a {@link #drain}; one thread at
 * a time does it, for all who ask meanwhile, so that signals never overlap and nothing recurses.
 *
 * @param <T> how events are handed over
 * @param <S> what is signalled
 */
final class StreamSubscription<T, S> implements ChangeStreamSubscription, Reader<T> {

  private static final Logger LOG = System.getLogger(StreamSubscription.class.getName());

  private final StreamDriver<T> driver;
  private final Executor executor;
  private final Signals<T, S> signals;
  private final Patience patience;

  private final AtomicInteger wanted = new AtomicInteger();
  private final AtomicLong demand = new AtomicLong();
  private volatile boolean opened;
  private volatile boolean cancelled;

  /** What the machine has answered, and nobody has looked at yet. */
  private volatile @Nullable Answer<T> answer;

  /** What ends the subscription, and is not the stream's doing. */
  private volatile @Nullable Throwable trouble;

  /** Whether the machine owes an answer, and whether the last signal was given: for drain alone. */
  private boolean asked = true;

  private boolean done;

  /** Null when there are no more signals: whoever keeps the subscription keeps no subscriber. */
  private Flow.@Nullable Subscriber<? super S> subscriber;

  StreamSubscription(
      StreamDriver<T> driver,
      Executor executor,
      Signals<T, S> signals,
      Flow.Subscriber<? super S> subscriber) {
    this.driver = driver;
    this.executor = executor;
    this.signals = signals;
    this.subscriber = subscriber;
    this.patience = Patience.ofDemand(signals.wantsProgress());
  }

  /** Hands itself to the subscriber, and opens the stream. */
  void begin() {
    wanted.incrementAndGet(); // No signal before onSubscribe has returned (rule 1.3).
    try {
      subscriber().onSubscribe(this);
    } catch (Throwable theirs) {
      subscriberFailed(theirs);
    }
    if (!cancelled) {
      driver.open(this);
      opened = true;
    }
    if (cancelled) { // Here, because the driver must not be closed before it is opened.
      driver.close();
    }
    if (wanted.decrementAndGet() > 0) {
      execute();
    }
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      trouble =
          new IllegalArgumentException(
              "request: expected more than 0, found " + n + " (rule 3.9 of Reactive Streams)");
    } else {
      demand.accumulateAndGet(n, StreamSubscription::addCapped);
    }
    drain();
  }

  /** {@link Long#MAX_VALUE} is demand without end (rule 3.17). */
  private static long addCapped(long before, long more) {
    return before + more < 0 ? Long.MAX_VALUE : before + more;
  }

  @Override
  public void cancel() {
    cancelled = true;
    if (opened) {
      driver.close();
    }
    drain();
  }

  @Override
  public boolean isAlive() {
    return driver.isAlive();
  }

  @Override
  public Optional<ResumeToken> resumeToken() {
    return driver.resumeToken();
  }

  @Override
  public StreamStatus status() {
    return driver.status();
  }

  @Override
  public void answered(Answer<T> given) {
    answer = given;
    drain();
  }

  @Override
  public void faulted(Throwable ours) {
    trouble = Answers.fault(ours);
    drain();
  }

  private void drain() {
    if (wanted.getAndIncrement() == 0) {
      execute();
    }
  }

  private void execute() {
    try {
      executor.execute(this::drainAll);
    } catch (Throwable refused) { // Errors too: where there can be no more threads.
      trouble = refused;
      drainAll(); // Here, for want of a better thread: who hears nothing waits for ever.
    }
  }

  private void drainAll() {
    int seen = wanted.get();
    while (seen != 0) {
      try {
        signalAll();
      } catch (Throwable theirs) { // Errors too: a failed assertion is one.
        subscriberFailed(theirs);
        driver.close();
      }
      seen = wanted.addAndGet(-seen);
    }
  }

  /** Its subscription counts as cancelled (rule 2.13). */
  private void subscriberFailed(Throwable theirs) {
    LOG.log(Level.WARNING, "a subscriber failed; its stream is closed", theirs);
    cancelled = true;
  }

  /** Signals what there is to signal, and asks for more as long as there is demand. */
  private void signalAll() {
    while (!cancelled && !done) {
      Throwable failed = trouble;
      Answer<T> given = answer;
      if (failed != null) {
        fail(failed);
      } else if (given != null) {
        answer = null;
        asked = false;
        signal(given);
      } else if (asked || demand.get() == 0) {
        return;
      } else {
        askForOne();
      }
    }
    subscriber = null;
    giveBackUnsignalled();
  }

  private void askForOne() {
    T ready = driver.takeReady();
    if (ready != null) {
      signal(new Answer.Deliver<>(ready));
    } else {
      asked = true;
      driver.pull(patience, this);
    }
  }

  private void signal(Answer<T> given) {
    if (given instanceof Answer.Opened<T>) {
      return;
    }
    Next<T> next;
    try {
      next = Answers.toNext(given);
    } catch (ChangeStreamException failed) {
      fail(failed);
      return;
    }
    if (next instanceof Next.Event<T> event) {
      signal(signals.event(event.value()));
    } else if (next instanceof Next.Idle<T> idle) {
      S progress = signals.progress(idle.progress());
      if (progress != null) {
        signal(progress);
      }
    } else {
      done = true;
      subscriber().onComplete();
    }
  }

  private void signal(S signal) {
    if (demand.get() != Long.MAX_VALUE) {
      demand.decrementAndGet();
    }
    subscriber().onNext(signal);
  }

  private void fail(Throwable failure) {
    done = true;
    driver.close();
    subscriber().onError(failure);
  }

  private Flow.Subscriber<? super S> subscriber() {
    return requireNonNull(subscriber, "there are no more signals");
  }

  /** A cancelled subscriber takes no event that was on its way: the token stays in front of it. */
  private void giveBackUnsignalled() {
    if (answer instanceof Answer.Deliver<T> deliver) {
      answer = null;
      driver.giveBack(deliver.event());
    }
  }
}
