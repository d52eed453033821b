package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.InvalidatePolicy;
import dev.tailrace.engine.Progress;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.core.State.Aggregating;
import dev.tailrace.engine.core.State.Arrival;
import dev.tailrace.engine.core.State.Ended;
import dev.tailrace.engine.core.State.Exchange;
import dev.tailrace.engine.core.State.Interrupted;
import dev.tailrace.engine.core.State.Interruption;
import dev.tailrace.engine.core.State.New;
import dev.tailrace.engine.core.State.Streaming;
import dev.tailrace.engine.event.EventDecoder;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ServerRef;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A change stream that decides everything and does nothing.
 *
 * <pre>
 *        open            reply              drained + pull
 *  New ───────► Aggregating ────► Streaming ◄───────────┐
 *                │   ▲                │ │               │ getMore's reply
 *                │   │ pull,          │ └───────────────┘
 *                │   │ pause over     │ getMore failed, resumable · the call timed out
 *                │  Interrupted ◄─────┘ · drained, invalidated, and the policy is to go on
 *                ▼        ▲ │           · history is lost, and the policy is to begin anew
 *              Ended      └─┘ an aggregate failed in passing, and the policy allows more
 * </pre>
 *
 * Every state leads to Ended: by {@link #close}, by a failure that is not resumable or was one too
 * many, and when the server has closed the cursor and its last event was handed over.
 *
 * <p>Inputs say what happened: {@link #open}, {@link #pull}, {@link #cancelPull}, {@link
 * #giveBack}, {@link #onReply}, {@link #onFailure}, {@link #onTime}, {@link #close}. Each gives a
 * {@link Step}: what the world must now do, and when it must come back at the latest. The machine
 * is deterministic, and for one thread at a time; times are on one clock that never goes back,
 * chance is handed in.
 *
 * <p>What the rules are is said where they are: {@link Position} (the resume token), {@link
 * Delivery} (what an event is handed over as), {@link Recovery} (what a failure leads to), {@link
 * Commands}, {@link Health}.
 *
 * @param <T> how events are handed over
 * @see <a
 *     href="https://github.com/mongodb/specifications/blob/master/source/change-streams/change-streams.md">
 *     Change streams specification</a>
 */
public class ChangeStreamMachine<T> {

  private static final int MAX_TIME_MS_EXPIRED = 50;

  private final ChangeStreamOptions options;
  private final boolean prefetch;
  private final ResumeBudget budget;
  private final Recovery recovery;
  private final Delivery<T> delivery;
  private final Health health;
  private final Outbox outbox;

  private State state = new New();

  /** The open or the pull that is still to be answered; null while nobody waits. */
  private @Nullable Call call;

  private @Nullable Answer<T> answer;

  /**
   * Whether the last event of a batch was handed over, and nobody has asked again. Until somebody
   * does, the user may not have it yet, and no progress behind it is told.
   */
  private boolean unconfirmed;

  /** Whether no pause before an attempt is waited for any more. */
  private boolean withoutPauses;

  private Vitals vitals;

  /**
   * @param prefetch whether a getMore is sent ahead, unless the options say
   * @param lsid the session that all commands of this stream carry: <code>{id: UUID}</code>
   * @param chance draws from 0 (inclusive) to 1 (exclusive); spreads the pauses between attempts
   */
  public ChangeStreamMachine(
      WatchTarget target,
      ChangeStreamOptions options,
      EventDecoder<T> decoder,
      boolean prefetch,
      BsonDocument lsid,
      DoubleSupplier chance) {
    this.options = options;
    this.prefetch = options.prefetch().orElse(prefetch);
    budget = new ResumeBudget(options.resumePolicy(), chance);
    recovery = new Recovery(options, budget);
    delivery = new Delivery<>(decoder, options);
    health = new Health(options);
    outbox = new Outbox(new Commands(target, options, lsid), options);
    vitals = health.vitals(state, delivery.position(), /* isAsked= */ false, budget, 0);
  }

  // ---------------------------------------------------------------- inputs

  /**
   * Opens the stream. To be called once, before any pull. Answered exactly once; with the end where
   * the stream was closed before.
   *
   * @throws IllegalStateException if it was called before
   */
  public Step<T> open(long nowNanos) {
    if (!(state instanceof New) && !isClosed()) {
      throw new IllegalStateException("open: the stream was opened before, it is " + state);
    }
    call = new Call(/* opens= */ true, Patience.untilEvent(), limitFrom(nowNanos));
    if (state instanceof New) {
      aggregate(/* retried= */ false, Optional.empty(), Set.of(), nowNanos);
    }
    return step(nowNanos);
  }

  /**
   * The user wants an event, for as long as the patience lasts. Answered exactly once, in this step
   * or a later one.
   *
   * @throws IllegalStateException if the open, or the pull before, is not answered yet
   */
  public Step<T> pull(Patience patience, long nowNanos) {
    if (state instanceof New || isOpening()) {
      throw new IllegalStateException("pull: the stream is not open");
    }
    if (call != null) {
      throw new IllegalStateException("pull: the pull before is not answered");
    }
    boolean isCall = patience.kind() == Patience.Kind.CALL;
    call = new Call(/* opens= */ false, patience, isCall ? limitFrom(nowNanos) : Step.NEVER);
    if (unconfirmed && isAlive()) {
      unconfirmed = false;
      notify(new StreamEvent.Progressed(progress()));
    }
    return step(nowNanos);
  }

  /**
   * An event, where that is all that a pull would lead to now; null where a pull has more to do.
   * Whoever gets one needs no step and no answer.
   */
  public @Nullable T takeReady() {
    if (call != null || !(state instanceof Streaming streaming) || isPrefetchDue(streaming)) {
      return null;
    }
    return delivery.takeSimply(streaming.batch()); // Progress is told of the batch's last event.
  }

  /** The user waits no longer. A pull that was not answered yet is answered with "nothing yet". */
  public Step<T> cancelPull(long nowNanos) {
    if (!isOpening()) {
      answerIdle();
    }
    return step(nowNanos);
  }

  /**
   * The user did not take the event that was handed over last: it is handed over again, before any
   * other. To be called before the next pull.
   */
  public Step<T> giveBack(T event, long nowNanos) {
    delivery.giveBack(event);
    unconfirmed = false;
    return step(nowNanos);
  }

  /** An exchange was answered by a server. */
  public Step<T> onReply(long exchange, ServerRef server, DocumentSlice reply, long nowNanos) {
    if (isAwaited(exchange)) {
      arrived(new Arrival.Reply(server, reply), nowNanos);
    } else {
      outbox.lateReply(exchange, server, reply, nowNanos);
    }
    return step(nowNanos);
  }

  /** An exchange brought no answer, and never will. */
  public Step<T> onFailure(long exchange, Outcome.Failed failed, long nowNanos) {
    if (isAwaited(exchange)) {
      Failure.NoAnswer failure =
          new Failure.NoAnswer(failed.reason(), failed.message(), failed.cause(), failed.server());
      arrived(new Arrival.Nothing(failure), nowNanos);
    } else {
      outbox.lateFailure(exchange);
    }
    return step(nowNanos);
  }

  /** Time has passed. */
  public Step<T> onTime(long nowNanos) {
    outbox.breakOffDue(nowNanos);
    Exchange awaited = awaited();
    if (awaited != null && nowNanos >= awaited.deadlineNanos() && !isTimeUp(nowNanos)) {
      String unanswered =
          "the %s was not answered within %s"
              .formatted(
                  state instanceof Aggregating ? "aggregate" : "getMore",
                  Duration.ofNanos(awaited.deadlineNanos() - awaited.sentNanos())
                      .truncatedTo(ChronoUnit.MILLIS));
      giveUpAwaited(nowNanos);
      Failure.NoAnswer failure =
          new Failure.NoAnswer(
              isBoundByTimeout(awaited) ? Outcome.Reason.TIMEOUT : Outcome.Reason.NETWORK,
              unanswered,
              /* cause= */ null);
      arrived(new Arrival.Nothing(failure), nowNanos);
    }
    return step(nowNanos);
  }

  /**
   * Nobody will call {@link #onTime} any more, as the transport is closed: pauses are over, so that
   * whoever waits hears what becomes of the next attempt.
   */
  public Step<T> onTimersClosed(long nowNanos) {
    withoutPauses = true;
    return step(nowNanos);
  }

  /** The user wants no more. Does nothing where the stream is over. */
  public Step<T> close(long nowNanos) {
    if (!(state instanceof Ended)) {
      giveUpAwaited(nowNanos);
      end(new Ending.Regular(EndReason.CLOSED), nowNanos);
    }
    return step(nowNanos);
  }

  // ---------------------------------------------------------------- what others may ask

  /** Whether the stream is not over. */
  public boolean isAlive() {
    return !(state instanceof Ended);
  }

  State state() {
    return state;
  }

  /** Every change of state goes through here, where a test may look on. */
  void become(State next) {
    state = next;
  }

  /** Where the stream stands, as a value that stays what it is. */
  public Position position() {
    return delivery.position();
  }

  /** How the stream is since the last step, as a value that stays what it is. */
  public Vitals vitals() {
    return vitals;
  }

  // ---------------------------------------------------------------- arrivals

  /** What came of a getMore that was sent ahead waits until the events before it are gone. */
  private void arrived(Arrival arrival, long nowNanos) {
    if (state instanceof Streaming streaming
        && (!streaming.batch().isDrained() || unconfirmed || delivery.hasGivenBack())) {
      become(streaming.holding(arrival));
    } else {
      lookAt(arrival, nowNanos);
    }
  }

  private void lookAt(Arrival arrival, long nowNanos) {
    if (arrival instanceof Arrival.Reply reply) {
      answered(reply, nowNanos);
    } else {
      failed(((Arrival.Nothing) arrival).failure(), nowNanos);
    }
  }

  private void answered(Arrival.Reply arrival, long nowNanos) {
    ServerRef server = arrival.server();
    try {
      Reply reply = CursorReply.read(arrival.body());
      if (reply instanceof ServerError error) {
        failed(failure(server, error), nowNanos);
      } else {
        batchArrived(server, (CursorReply) reply, nowNanos);
      }
    } catch (MalformedBsonException | UnexpectedReplyException bad) {
      if (state instanceof Aggregating) {
        outbox.killNamedIn(arrival.body(), server, nowNanos);
      }
      end(Endings.badReply(server, bad, position()), nowNanos);
    }
  }

  /** A server that ran out of the {@code maxTimeMS} it was told is as one that did not answer. */
  private Failure failure(ServerRef server, ServerError error) {
    Failure.ByServer failure = new Failure.ByServer(server, error);
    return error.code() == MAX_TIME_MS_EXPIRED && options.timeLimit().isPresent()
        ? new Failure.NoAnswer(Outcome.Reason.TIMEOUT, failure.describe(), /* cause= */ null)
        : failure;
  }

  private void batchArrived(ServerRef server, CursorReply reply, long nowNanos) {
    boolean cursorWorks = state instanceof Streaming;
    if (state instanceof Streaming streaming) {
      reply.requireSameCursor(streaming.cursor().id());
    } else {
      delivery.opened(reply);
    }
    ServerCursor cursor = new ServerCursor(reply.cursorId(), server, reply.namespace());
    become(new Streaming(cursor, reply.batch(), Optional.empty(), Optional.empty()));
    if (!cursorWorks) {
      health.cursorOpened(nowNanos);
      cursorOpened(server);
    }
    boolean moved = reply.batch().isDrained() && delivery.emptyBatch(reply.batch());
    if (moved && cursorWorks) {
      budget.progress();
    }
    health.batchArrived(reply, position(), moved, nowNanos);
    notify(new StreamEvent.BatchArrived(progress()));
    if (moved) {
      progressed();
    }
  }

  /** The token has moved behind a batch, and the reader has all of it that he is to have. */
  private void progressed() {
    notify(new StreamEvent.Progressed(progress()));
    if (call != null && call.patience().kind() == Patience.Kind.DEMAND_WITH_PROGRESS) {
      answerIdle();
    }
  }

  private void cursorOpened(ServerRef server) {
    if (isOpening()) {
      budget.opened();
      notify(new StreamEvent.Opened(server));
      answer(new Answer.Opened<>());
    } else {
      budget.attemptGotThrough();
      notify(new StreamEvent.Resumed(server, budget.attempt()));
    }
  }

  // ---------------------------------------------------------------- failures

  private void failed(Failure failure, long nowNanos) {
    if (isOutOfTime(failure)) {
      timedOut(failure, nowNanos);
    } else if (state instanceof Aggregating aggregating) {
      abide(
          recovery.ofAggregate(aggregating, failure, position(), call, nowNanos),
          failure,
          nowNanos);
    } else {
      boolean invalidated = delivery.invalidateToken() != null;
      abide(recovery.ofGetMore(failure, position(), invalidated, nowNanos), failure, nowNanos);
    }
  }

  private void abide(Verdict verdict, Failure failure, long nowNanos) {
    if (verdict instanceof Verdict.Retry) {
      aggregate(/* retried= */ true, ((Aggregating) state).resume(), failure.addresses(), nowNanos);
    } else if (verdict instanceof Verdict.Resume resume) {
      interrupted(failure.describe(), resume.notBeforeNanos(), nowNanos);
    } else if (verdict instanceof Verdict.BeginAnew anew) {
      notify(anew.lost());
      interrupted(failure.describe(), anew.notBeforeNanos(), nowNanos);
      delivery.startAt(anew.origin());
    } else if (verdict instanceof Verdict.Invalidated) {
      exhausted(nowNanos);
    } else {
      Verdict.End end = (Verdict.End) verdict;
      if (end.lost() != null) {
        notify(end.lost());
      }
      end(end.ending(), nowNanos);
    }
  }

  /** There is no cursor to go on with. */
  private void interrupted(String cause, long notBeforeNanos, long nowNanos) {
    killCursor(nowNanos);
    delivery.cursorLost();
    become(new Interrupted(new Interruption(cause, budget.attempt(), notBeforeNanos)));
    notify(
        new StreamEvent.Interrupted(
            cause, budget.attempt(), Duration.ofNanos(notBeforeNanos - nowNanos)));
  }

  // ---------------------------------------------------------------- timeoutMS

  /** Whether an exchange is given up for want of {@code timeoutMS}, and not of an answer. */
  private boolean isBoundByTimeout(Exchange exchange) {
    return exchange.deadlineNanos() < Step.after(exchange.dueNanos(), options.answerTimeout());
  }

  /** When a call that begins now is out of time. */
  private long limitFrom(long nowNanos) {
    return options.timeLimit().map(timeout -> Step.after(nowNanos, timeout)).orElse(Step.NEVER);
  }

  private boolean isTimeUp(long nowNanos) {
    return call != null && call.isTimeUp(nowNanos);
  }

  /**
   * Whether a failure says that the call that waits has no time left; not where it says so of an
   * exchange that an earlier call began.
   */
  private boolean isOutOfTime(Failure failure) {
    Exchange awaited = awaited();
    return call != null
        && call.hasLimit()
        && awaited != null
        && awaited.deadlineNanos() >= call.limitNanos()
        && failure instanceof Failure.NoAnswer noAnswer
        && noAnswer.reason() == Outcome.Reason.TIMEOUT;
  }

  /**
   * The call that waits has no time left. The stream lives on, and the next call resumes it
   * (client-side operations timeout specification, "Change Streams").
   *
   * @param last the failure that says so; null where an answer is still out
   */
  private void timedOut(@Nullable Failure last, long nowNanos) {
    ChangeStreamException.TimedOut exception =
        Endings.timedOut(options.timeLimit().orElseThrow(), position(), last);
    if (last == null) {
      giveUpAwaited(nowNanos);
    }
    if (isOpening()) {
      end(new Ending.Failed(exception), nowNanos);
      return;
    }
    if (awaited() != null && delivery.invalidateToken() != null) {
      exhausted(nowNanos); // No server resumes after an invalidate.
    } else if (awaited() != null) {
      budget.attemptWithinCall(nowNanos);
      interrupted(String.valueOf(exception.getMessage()), nowNanos, nowNanos);
    }
    if (call != null) {
      answer(new Answer.TimedOut<>(exception));
    }
  }

  // ---------------------------------------------------------------- going on

  /** Does for whoever waits what can be done now: the one place where anything is begun. */
  private void advance(long nowNanos) {
    while (call != null && goesOn(call.patience(), nowNanos)) {
      // An event was a fragment, or passed over, or the last before a new beginning: on to the
      // next.
    }
    if (isTimeUp(nowNanos)) {
      timedOut(/* last= */ null, nowNanos);
    }
    if (call != null && nowNanos >= call.patience().untilNanos()) {
      answerIdle();
    }
  }

  /** Does one thing; whether there may be another one to do at once. */
  private boolean goesOn(Patience patience, long nowNanos) {
    if (delivery.hasGivenBack() && !isClosed()) {
      handOverAgain(nowNanos);
    } else if (state instanceof Streaming streaming) {
      return goesOn(streaming, patience, nowNanos);
    } else if (state instanceof Interrupted interrupted) {
      goOn(interrupted.interruption(), patience, nowNanos);
    } else if (state instanceof Ended ended) {
      answer(new Answer.End<>(ended.ending()));
    }
    return false;
  }

  private boolean goesOn(Streaming streaming, Patience patience, long nowNanos) {
    if (!streaming.batch().isDrained()) {
      handOver(streaming, nowNanos);
      return true;
    }
    if (streaming.held().isPresent()) {
      lookAt(streaming.held().get(), nowNanos);
      return true;
    }
    if (streaming.awaiting().isPresent()) {
      return false;
    }
    if (streaming.cursor().isExhausted()) {
      exhausted(nowNanos);
      return true;
    }
    if (isTimeUp(nowNanos)) {
      return false;
    }
    if (patience.getMores() == 0) {
      answerIdle();
    } else {
      goOnWith(patience.lessOneGetMore());
      getMore(streaming, nowNanos);
    }
    return false;
  }

  private void goOn(Interruption interruption, Patience patience, long nowNanos) {
    if (isTimeUp(nowNanos)) {
      return;
    }
    if (patience.resumes() == 0) {
      answerIdle();
    } else if (withoutPauses || nowNanos >= interruption.notBeforeNanos()) {
      goOnWith(patience.lessOneResume());
      budget.attemptBegins(nowNanos);
      aggregate(/* retried= */ false, Optional.of(interruption), Set.of(), nowNanos);
    } else if (!patience.sitsOutPauses()) {
      answerIdle();
    }
  }

  private void handOver(Streaming streaming, long nowNanos) {
    Delivery.Taken<T> taken;
    try {
      taken = delivery.take(streaming.batch());
    } catch (MalformedBsonException malformed) {
      end(Endings.badReply(streaming.cursor().server(), malformed, position()), nowNanos);
      return;
    }
    if (taken instanceof Delivery.Taken.Dead<T> dead) {
      end(dead.ending(), nowNanos);
      return;
    }
    if (taken instanceof Delivery.Taken.Event<T> event) {
      answer(new Answer.Deliver<>(event.event()));
    } else if (taken instanceof Delivery.Taken.PassedOver<T> passedOver) {
      notify(passedOver.skipped());
      if (streaming.batch().isDrained()) {
        progressed();
      }
    }
    if (!(taken instanceof Delivery.Taken.Fragment<T>)) {
      budget.progress();
    }
    handedOver(streaming, taken instanceof Delivery.Taken.Event<T>, nowNanos);
  }

  private void handOverAgain(long nowNanos) {
    answer(new Answer.Deliver<>(delivery.takeGivenBack()));
    if (state instanceof Streaming streaming) {
      handedOver(streaming, /* toReader= */ true, nowNanos);
    }
  }

  private void handedOver(Streaming streaming, boolean toReader, long nowNanos) {
    unconfirmed = toReader && streaming.batch().isDrained();
    if (!streaming.batch().isDrained() && isPrefetchDue(streaming)) {
      getMore(streaming, nowNanos);
    }
  }

  private boolean isPrefetchDue(Streaming streaming) {
    return prefetch
        && streaming.awaiting().isEmpty()
        && streaming.held().isEmpty()
        && !streaming.cursor().isExhausted();
  }

  /** The server has closed the cursor, and its last event was handed over. */
  private void exhausted(long nowNanos) {
    Optional<ResumeToken> token =
        Optional.ofNullable(delivery.invalidateToken()).or(position()::token);
    boolean continues =
        options.invalidatePolicy() == InvalidatePolicy.CONTINUE_AFTER
            && token.isPresent()
            && budget.mayBeginAnew();
    if (!continues) {
      end(new Ending.Regular(EndReason.INVALIDATED), nowNanos);
      return;
    }
    killCursor(nowNanos);
    delivery.startAt(new StartPoint.StartAfter(token.get()));
    notify(new StreamEvent.Continued(token.get()));
    become(new Interrupted(new Interruption("invalidated", budget.attempt(), nowNanos)));
  }

  private void getMore(Streaming streaming, long nowNanos) {
    Duration await = options.awaitTime();
    long dueNanos = Step.after(nowNanos, await);
    become(
        streaming.awaiting(
            outbox.getMore(streaming.cursor(), nowNanos, dueNanos, deadline(dueNanos, nowNanos))));
  }

  /** Opens a cursor, if need be at other servers than one that has just failed to. */
  private void aggregate(
      boolean retried, Optional<Interruption> resume, Set<String> deprioritized, long nowNanos) {
    StartPoint start = isOpening() ? position().origin() : position().resumePoint();
    Exchange exchange =
        outbox.aggregate(start, deprioritized, nowNanos, deadline(nowNanos, nowNanos));
    become(new Aggregating(exchange, retried, resume));
  }

  /**
   * When an answer that may rightly be as late as that is waited for no longer. Where it is for no
   * call with a limit, the exchange has the whole timeoutMS to itself.
   */
  private long deadline(long dueNanos, long nowNanos) {
    long limitNanos = call != null && call.hasLimit() ? call.limitNanos() : limitFrom(nowNanos);
    return Math.min(limitNanos, Step.after(dueNanos, options.answerTimeout()));
  }

  // ---------------------------------------------------------------- ending

  /** Ends the stream. Nothing of it is left at a server, and whoever waits is told. */
  private void end(Ending ending, long nowNanos) {
    killCursor(nowNanos);
    become(new Ended(ending));
    notify(new StreamEvent.Ended(Endings.describe(ending)));
    if (call != null) {
      answer(new Answer.End<>(ending));
    }
  }

  /** Stops waiting for the exchange under way, if there is one. */
  private void giveUpAwaited(long nowNanos) {
    if (state instanceof Aggregating aggregating) {
      outbox.giveUpAggregate(aggregating.exchange(), nowNanos);
    } else if (state instanceof Streaming streaming) {
      streaming.awaiting().ifPresent(outbox::giveUpGetMore);
    }
  }

  private void killCursor(long nowNanos) {
    if (state instanceof Streaming streaming) {
      outbox.kill(streaming.cursor(), nowNanos);
    }
  }

  // ---------------------------------------------------------------- small things

  /**
   * Whether the stream still waits for this exchange. What it does not wait for is late, not wrong:
   *
   * <ol>
   *   <li>a getMore goes out and is not answered in time,
   *   <li>the stream gives it up, kills the cursor and resumes with a new aggregate,
   *   <li>then the answer to the getMore comes after all. Its events will come again from the new
   *       cursor, so they are dropped here, and nowhere else.
   * </ol>
   */
  private boolean isAwaited(long exchange) {
    Exchange awaited = awaited();
    return awaited != null && awaited.number() == exchange;
  }

  private @Nullable Exchange awaited() {
    if (state instanceof Aggregating aggregating) {
      return aggregating.exchange();
    }
    return state instanceof Streaming streaming ? streaming.awaiting().orElse(null) : null;
  }

  private boolean isOpening() {
    return call != null && call.opens();
  }

  private boolean isClosed() {
    return state instanceof Ended ended
        && ended.ending() instanceof Ending.Regular regular
        && regular.reason() == EndReason.CLOSED;
  }

  private Progress progress() {
    return new Progress(position().token(), Optional.ofNullable(health.operationTime()));
  }

  private void goOnWith(Patience less) {
    if (call != null) {
      call = call.with(less);
    }
  }

  private void answerIdle() {
    if (call != null) {
      answer(new Answer.Idle<>(progress()));
    }
  }

  private void answer(Answer<T> given) {
    call = null;
    answer = given;
  }

  private void notify(StreamEvent event) {
    outbox.notify(event);
  }

  private Step<T> step(long nowNanos) {
    advance(nowNanos);
    vitals = health.vitals(state, position(), /* isAsked= */ call != null, budget, nowNanos);
    health.tellStuck(vitals, nowNanos).map(StreamEvent.Stalled::new).ifPresent(this::notify);
    Step<T> step = new Step<>(outbox.take(), answer, wakeAtNanos());
    answer = null;
    return step;
  }

  private long wakeAtNanos() {
    long wakeAt = Math.min(outbox.nextDeadlineNanos(), health.tellAtNanos(vitals));
    Exchange awaited = awaited();
    if (awaited != null) {
      wakeAt = Math.min(wakeAt, awaited.deadlineNanos());
    }
    if (call != null) {
      wakeAt = Math.min(wakeAt, call.wakeAtNanos());
      if (state instanceof Interrupted interrupted) {
        wakeAt = Math.min(wakeAt, interrupted.interruption().notBeforeNanos());
      }
    }
    return wakeAt;
  }
}
