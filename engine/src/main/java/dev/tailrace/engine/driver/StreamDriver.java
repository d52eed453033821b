package dev.tailrace.engine.driver;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.Progress;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.core.Answer;
import dev.tailrace.engine.core.ChangeStreamMachine;
import dev.tailrace.engine.core.Effect;
import dev.tailrace.engine.core.Patience;
import dev.tailrace.engine.core.Position;
import dev.tailrace.engine.core.Step;
import dev.tailrace.engine.core.Vitals;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gives a machine its inputs, from any thread and one at a time, and does what it says.
 *
 * <p>A mailbox and a loop: whoever brings an input while nobody is at work does the work, for this
 * input and for those that others bring meanwhile. So no thread is the stream's own, and no lock is
 * held while a handler runs. Answers are told when the work is done: whoever takes one, however
 * slowly, holds up nothing. Thread-safe; nothing blocks.
 *
 * @param <T> how events are handed over
 */
public final class StreamDriver<T> {

  private static final Logger LOG = System.getLogger(StreamDriver.class.getName());

  private final ChangeStreamMachine<T> machine;
  private final Transport transport;
  private final Timers timers;
  private final Consumer<StreamEvent> listener;
  private final Runnable whenOver;

  /** Inputs in arrival order. */
  private final Queue<Input<T>> inbox = new ConcurrentLinkedQueue<>();

  private final AtomicInteger pending = new AtomicInteger();
  private final Effects effects = new Effects();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  /** Whoever waits for an answer. Touched by the one at work only, like all that follows. */
  private @Nullable Reader<T> reader;

  private final Map<Long, Transport.Exchange> exchanges = new HashMap<>();
  private Timers.@Nullable Alarm alarm;
  private long alarmNanos = Step.NEVER;
  private long alarmNumber;
  private boolean over;
  private @Nullable Throwable fault;

  /** What other threads may see of the machine: how it was after its last step ... */
  private volatile Vitals vitals;

  /** ... and where it stands, which moves without a step too. */
  private final AtomicReference<Position> position;

  private volatile boolean alive = true;

  /**
   * @param machine not opened yet, and nobody else's
   * @param listener hears of the stream's life on whatever thread is at work; must not block. What
   *     it throws is logged
   * @param whenOver called once, when the stream has ended; must not block
   */
  public StreamDriver(
      ChangeStreamMachine<T> machine,
      Transport transport,
      Consumer<StreamEvent> listener,
      Runnable whenOver) {
    this.machine = machine;
    this.transport = transport;
    this.timers = transport.timers();
    this.listener = listener;
    this.whenOver = whenOver;
    this.vitals = machine.vitals();
    this.position = new AtomicReference<>(machine.position());
  }

  /** Opens the stream. */
  public void open(Reader<T> whoWaits) {
    submit(new Input<>(whoWaits, machine::open));
  }

  /** Asks for an event. There must be no other reader that is not answered yet. */
  public void pull(Patience patience, Reader<T> whoWaits) {
    submit(new Input<>(whoWaits, now -> machine.pull(patience, now)));
  }

  /**
   * An event that is here already, for the asking; null where it takes a {@link #pull}. There must
   * be no reader that is not answered yet.
   */
  public @Nullable T takeReady() {
    if (!pending.compareAndSet(0, 1)) {
      return null; // Somebody is at work, and knows more in a moment.
    }
    T event = null;
    List<Runnable> tellings = List.of();
    try {
      event = fault == null ? machine.takeReady() : null;
      position.setRelease(machine.position());
    } catch (Throwable ours) {
      tellings = new ArrayList<>(1);
      atFault(ours, tellings);
    }
    if (pending.decrementAndGet() != 0) {
      work();
    }
    tellings.forEach(Runnable::run);
    return event;
  }

  /**
   * Gives back the event that the last answer, or {@link #takeReady}, has brought: it comes again,
   * before any other. To be called before the next pull.
   */
  public void giveBack(T event) {
    submit(now -> machine.giveBack(event, now));
  }

  /**
   * Asks for an answer now: the reader is told "nothing yet", unless there is more. Does nothing
   * where it has its answer: whoever waits meanwhile is somebody else.
   */
  public void cancelPull(Reader<T> whoWaits) {
    submit(now -> reader == whoWaits ? machine.cancelPull(now) : machine.onTime(now));
  }

  /** Ends the stream, and frees whoever waits. */
  public void close() {
    submit(machine::close);
  }

  /** Completed when the stream is over and whoever waited was told. */
  public CompletionStage<@Nullable Void> ended() {
    return ended.minimalCompletionStage();
  }

  /** The clock the stream lives by. */
  public Timers timers() {
    return timers;
  }

  /** Whether the stream is not over. */
  public boolean isAlive() {
    return alive;
  }

  /** Where the stream stands. */
  public Optional<ResumeToken> resumeToken() {
    return position().token();
  }

  /** How far the stream has come. */
  public Progress progress() {
    return vitals.at(position()).progress();
  }

  /** How the stream is now. */
  public StreamStatus status() {
    return vitals.at(position()).statusAt(timers.nanoTime());
  }

  private Position position() {
    return requireNonNull(position.get());
  }

  private void submit(LongFunction<Step<T>> step) {
    submit(new Input<>(null, step));
  }

  private void submit(Input<T> input) {
    inbox.add(input);
    if (pending.getAndIncrement() == 0) {
      work();
    } // Else whoever is at work takes ours too; also what makes calls from handlers safe.
  }

  /** Takes inputs until there are none, and tells then what there is to tell. */
  private void work() {
    List<Runnable> tellings = new ArrayList<>(1);
    do {
      take(inbox.remove(), tellings); // Must not throw, or the mailbox stays shut.
    } while (pending.decrementAndGet() != 0);
    tellings.forEach(Runnable::run);
  }

  private void take(Input<T> input, List<Runnable> tellings) {
    if (input.whoWaits() != null) {
      reader = input.whoWaits(); // First of all: whatever goes wrong now, somebody is told.
    }
    Position before = position();
    try {
      if (fault != null) {
        tellFault(fault, tellings);
        return;
      }
      Step<T> step = input.step().apply(timers.nanoTime());
      vitals = machine.vitals();
      position.set(machine.position());
      alive = machine.isAlive();
      arm(step.wakeAtNanos()); // Before a request is out, so that its time is never unwatched.
      for (Effect effect : step.effects()) {
        effect.match(effects);
      }
      if (step.answer() != null) {
        tellAnswer(step.answer(), tellings);
      }
      tellOver(tellings);
    } catch (Throwable ours) { // Errors too: they must not leave somebody waiting for ever.
      position.set(before); // If there was an event, nobody gets it.
      atFault(ours, tellings);
    }
  }

  private void atFault(Throwable ours, List<Runnable> tellings) {
    fault = ours;
    LOG.log(Level.ERROR, "the engine is at fault; the stream is over", ours);
    cleanUpAfter(ours);
    tellFault(ours, tellings);
    tellOver(tellings);
  }

  /** Leaves as little behind as can be, with a machine that may be broken. */
  private void cleanUpAfter(Throwable ours) {
    boolean wasAlive = alive;
    alive = false;
    String cause = "the engine is at fault: " + ours;
    vitals = overBy(cause);
    try {
      if (wasAlive) {
        effects.notify(new Effect.Notify(new StreamEvent.Ended(cause)));
      }
      for (Effect effect : machine.close(timers.nanoTime()).effects()) {
        if (effect instanceof Effect.Forget farewell) {
          effects.forget(farewell);
        }
      }
      arm(Step.NEVER);
      exchanges.values().forEach(Transport.Exchange::abandon);
      exchanges.clear();
    } catch (Throwable worse) {
      ours.addSuppressed(worse);
    }
  }

  /** How the stream is, from the last that is known of it. */
  private Vitals overBy(String cause) {
    return new Vitals(
        new StreamStatus.Ended(cause),
        position(),
        vitals.operationTime(),
        vitals.serverTime(),
        vitals.emptyWithoutToken(),
        Step.NEVER,
        vitals.stuckCause());
  }

  /** Tells once that the stream is over, if it is; behind the answer to whoever waits. */
  private void tellOver(List<Runnable> tellings) {
    if (!alive && !over) {
      over = true;
      try {
        whenOver.run();
      } catch (RuntimeException theirs) { // What is over ends as it did, whatever they say.
        LOG.log(Level.WARNING, "the end of a stream was not taken well", theirs);
      }
      tellings.add(() -> ended.complete(null));
    }
  }

  private void tellAnswer(Answer<T> answer, List<Runnable> tellings) {
    Reader<T> waiting = reader;
    reader = null;
    if (waiting == null) {
      throw new IllegalStateException("nobody waits for " + answer);
    }
    tellings.add(() -> waiting.answered(answer));
  }

  private void tellFault(Throwable ours, List<Runnable> tellings) {
    Reader<T> waiting = reader;
    reader = null;
    if (waiting != null) {
      tellings.add(() -> waiting.faulted(ours));
    }
  }

  /** Sees to it that the machine is woken in time. An alarm that comes too early does no harm. */
  private void arm(long wakeAtNanos) {
    if (alarm != null && (wakeAtNanos < alarmNanos || !alive)) {
      alarm.cancel();
      alarm = null;
    }
    if (alarm == null && wakeAtNanos != Step.NEVER) {
      alarmNanos = wakeAtNanos;
      long number = ++alarmNumber;
      alarm =
          timers.schedule(
              wakeAtNanos,
              () -> submit(now -> alarmRang(number, now)),
              () -> submit(this::noMoreTime));
    }
  }

  /** The timers are closed. The alarm stays where it is, so that none is asked for any more. */
  private Step<T> noMoreTime(long nowNanos) {
    alarmNanos = Long.MIN_VALUE;
    return machine.onTimersClosed(nowNanos);
  }

  private Step<T> alarmRang(long number, long nowNanos) {
    if (number == alarmNumber) { // Else it was cancelled too late, and there is another one set.
      alarm = null;
    }
    return machine.onTime(nowNanos);
  }

  private void onOutcome(long exchange, Outcome outcome) {
    submit(
        now -> {
          exchanges.remove(exchange);
          return outcome instanceof Outcome.Replied replied
              ? machine.onReply(exchange, replied.server(), replied.reply(), now)
              : machine.onFailure(exchange, (Outcome.Failed) outcome, now);
        });
  }

  /**
   * Something for the machine.
   *
   * @param whoWaits who waits for its answer, where it is a question
   * @param step gives it to the machine, at the time it is taken
   */
  private record Input<T>(@Nullable Reader<T> whoWaits, LongFunction<Step<T>> step) {}

  /** Does what the machine says. */
  private final class Effects implements Effect.Cases {

    @Override
    public void send(Effect.Send send) {
      long number = send.exchange();
      exchanges.put(number, sendGuarded(send.request(), outcome -> onOutcome(number, outcome)));
    }

    @Override
    public void abandon(Effect.Abandon abandon) {
      Transport.Exchange exchange = exchanges.remove(abandon.exchange());
      if (exchange != null) {
        exchange.abandon();
      }
    }

    @Override
    public void forget(Effect.Forget forget) {
      Farewell farewell = new Farewell(timers);
      Transport.Exchange exchange = sendGuarded(forget.request(), farewell);
      farewell.endAt(forget.untilNanos(), exchange);
    }

    @Override
    public void notify(Effect.Notify notify) {
      try {
        listener.accept(notify.event());
      } catch (Throwable theirs) { // A failed assertion is an Error, and no fault of the stream's.
        LOG.log(Level.WARNING, "the stream's listener failed at " + notify.event(), theirs);
      }
    }

    /** A transport that throws has broken its promise; to the stream it is a broken network. */
    private Transport.Exchange sendGuarded(Request request, Consumer<Outcome> handler) {
      try {
        return transport.send(request, handler);
      } catch (RuntimeException theirs) {
        handler.accept(
            new Outcome.Failed(
                null, Outcome.Reason.NETWORK, "the transport failed: " + theirs, theirs));
        return () -> {};
      }
    }
  }
}
