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

  /** Inputs in arrival order, each given the time it is taken at. */
  private final Queue<LongFunction<Step<T>>> inbox = new ConcurrentLinkedQueue<>();

  private final AtomicInteger pending = new AtomicInteger();
  private final Effects effects = new Effects();

  /** Whoever waits for an answer. Touched by the one at work only, like all that follows. */
  private @Nullable Reader<T> reader;

  private final Map<Long, Transport.Exchange> exchanges = new HashMap<>();
  private Timers.@Nullable Alarm alarm;
  private long alarmNanos = Step.NEVER;
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
    submit(
        now -> {
          reader = whoWaits;
          return machine.open(now);
        });
  }

  /** Asks for an event. There must be no other reader that is not answered yet. */
  public void pull(Patience patience, Reader<T> whoWaits) {
    submit(
        now -> {
          reader = whoWaits;
          return machine.pull(patience, now);
        });
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
    try {
      event = fault == null ? machine.takeReady() : null;
      position.setRelease(machine.position());
    } catch (Throwable ours) {
      Runnable telling = atFault(ours);
      if (telling != null) {
        telling.run();
      }
    }
    if (pending.decrementAndGet() != 0) {
      work();
    }
    return event;
  }

  /**
   * Gives back the event that the last answer, or {@link #takeReady}, has brought: it comes again,
   * before any other. To be called before the next pull.
   */
  public void giveBack(T event) {
    submit(now -> machine.giveBack(event, now));
  }

  /** Asks for an answer now: a reader that waits is told "nothing yet", unless there is more. */
  public void cancelPull() {
    submit(machine::cancelPull);
  }

  /** Ends the stream, and frees whoever waits. */
  public void close() {
    submit(machine::close);
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

  private void submit(LongFunction<Step<T>> input) {
    inbox.add(input);
    if (pending.getAndIncrement() == 0) {
      work();
    } // Else whoever is at work takes ours too; also what makes calls from handlers safe.
  }

  /** Takes inputs until there are none, and tells then what there is to tell. */
  private void work() {
    List<Runnable> tellings = new ArrayList<>(1);
    do {
      Runnable telling = take(inbox.remove()); // Must not throw, or the mailbox stays shut.
      if (telling != null) {
        tellings.add(telling);
      }
    } while (pending.decrementAndGet() != 0);
    tellings.forEach(Runnable::run);
  }

  private @Nullable Runnable take(LongFunction<Step<T>> input) {
    try {
      if (fault != null) {
        return tellFault(fault);
      }
      Step<T> step = input.apply(timers.nanoTime());
      vitals = machine.vitals();
      position.set(machine.position());
      alive = machine.isAlive();
      arm(step.wakeAtNanos()); // Before a request is out, so that its time is never unwatched.
      for (Effect effect : step.effects()) {
        effect.match(effects);
      }
      tellOver();
      Answer<T> answer = step.answer();
      return answer == null ? null : tellAnswer(answer);
    } catch (Throwable ours) { // Errors too: they must not leave somebody waiting for ever.
      return atFault(ours);
    }
  }

  private @Nullable Runnable atFault(Throwable ours) {
    fault = ours;
    LOG.log(Level.ERROR, "the engine is at fault; the stream is over", ours);
    cleanUpAfter(ours);
    return tellFault(ours);
  }

  /** Leaves as little behind as can be, with a machine that may be broken. */
  private void cleanUpAfter(Throwable ours) {
    alive = false;
    try {
      for (Effect effect : machine.close(timers.nanoTime()).effects()) {
        if (effect instanceof Effect.Forget farewell) {
          effects.forget(farewell);
        }
      }
      arm(Step.NEVER);
      exchanges.values().forEach(Transport.Exchange::abandon);
      exchanges.clear();
      tellOver();
    } catch (Throwable worse) {
      ours.addSuppressed(worse);
    }
  }

  private void tellOver() {
    if (!alive && !over) {
      over = true;
      whenOver.run();
    }
  }

  private Runnable tellAnswer(Answer<T> answer) {
    Reader<T> waiting = reader;
    reader = null;
    if (waiting == null) {
      throw new IllegalStateException("nobody waits for " + answer);
    }
    return () -> waiting.answered(answer);
  }

  private @Nullable Runnable tellFault(Throwable ours) {
    Reader<T> waiting = reader;
    reader = null;
    return waiting == null ? null : () -> waiting.faulted(ours);
  }

  /** Sees to it that the machine is woken in time. An alarm that comes too early does no harm. */
  private void arm(long wakeAtNanos) {
    if (alarm != null && (wakeAtNanos < alarmNanos || !alive)) {
      alarm.cancel();
      alarm = null;
    }
    if (alarm == null && wakeAtNanos != Step.NEVER) {
      alarmNanos = wakeAtNanos;
      alarm = timers.schedule(wakeAtNanos, () -> submit(this::alarmRang));
    }
  }

  private Step<T> alarmRang(long nowNanos) {
    alarm = null;
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

  /** An exchange that nobody waits for: it must not go on for ever either. */
  private final class Farewell implements Consumer<Outcome> {

    private boolean over;
    private Timers.@Nullable Alarm end;

    synchronized void endAt(long nanos, Transport.Exchange exchange) {
      if (!over) {
        end = timers.schedule(nanos, exchange::abandon);
      }
    }

    @Override
    public synchronized void accept(Outcome outcome) {
      over = true;
      if (end != null) {
        end.cancel();
      }
    }
  }

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
      Farewell farewell = new Farewell();
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
