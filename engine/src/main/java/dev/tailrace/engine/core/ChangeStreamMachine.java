package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Progress;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.core.State.Aggregating;
import dev.tailrace.engine.core.State.Ended;
import dev.tailrace.engine.core.State.Exchange;
import dev.tailrace.engine.core.State.Interrupted;
import dev.tailrace.engine.core.State.Interruption;
import dev.tailrace.engine.core.State.New;
import dev.tailrace.engine.core.State.Streaming;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * A change stream that decides everything and does nothing.
 *
 * <pre>
 *        open            reply              drained + pull
 *  New ───────► Aggregating ────► Streaming ◄───────────┐
 *                │   ▲                │ │               │ getMore's reply
 *                │   │ pull,          │ └───────────────┘
 *                │   │ pause over     │ getMore failed, resumable
 *                │  Interrupted ◄─────┘
 *                ▼        ▲ │
 *              Ended      └─┘ a resuming aggregate failed in passing, and the policy allows more
 * </pre>
 *
 * Every state leads to Ended: by {@link #close}, by a failure that is not resumable or was one too
 * many, and when the server has closed the cursor and its last event was handed over.
 *
 * <p>Inputs say what happened: {@link #open}, {@link #pull}, {@link #cancelPull}, {@link #onReply},
 * {@link #onFailure}, {@link #onTime}, {@link #close}. Each gives a {@link Step}: what the world
 * must now do, and when it must come back at the latest. The machine is deterministic, and for one
 * thread at a time; times are on one clock that never goes back, chance is handed in.
 *
 * <p>What the rules are is said where they are: {@link Position} (the resume token), {@link
 * Resumability}, {@link RetryableReads}, {@link ResumeBudget}, {@link Commands}.
 *
 * @see <a
 *     href="https://github.com/mongodb/specifications/blob/master/source/change-streams/change-streams.md">
 *     Change streams specification</a>
 */
public final class ChangeStreamMachine {

  private final ChangeStreamOptions options;
  private final Commands commands;
  private final ResumeBudget budget;

  private State state = new New();
  private Position position;
  private @Nullable BsonTimestamp operationTime;

  /** Whether the event that was handed over last is an invalidate. */
  private boolean invalidated;

  /** Whether the open is still to be answered. */
  private boolean opening;

  /** The pull that is still to be answered; null while nobody waits for an event. */
  private @Nullable Patience pull;

  private final Orphans orphans = new Orphans();

  private long lastExchange;
  private List<Effect> effects = new ArrayList<>();

  /**
   * @param lsid the session that all commands of this stream carry: <code>{id: UUID}</code>
   * @param chance draws from 0 (inclusive) to 1 (exclusive); spreads the pauses between attempts
   */
  public ChangeStreamMachine(
      WatchTarget target, ChangeStreamOptions options, BsonDocument lsid, DoubleSupplier chance) {
    this.options = options;
    this.commands = new Commands(target, options, lsid);
    this.budget = new ResumeBudget(options.resumePolicy(), chance);
    this.position = Position.initial(options);
  }

  // ---------------------------------------------------------------- inputs

  /**
   * Opens the stream. To be called once, first. Answered exactly once.
   *
   * @throws IllegalStateException if it was called before
   */
  public Step open(long nowNanos) {
    if (!(state instanceof New)) {
      throw new IllegalStateException("open: the stream was opened before, it is " + state);
    }
    opening = true;
    aggregate(Optional.empty(), false, nowNanos);
    return step(nowNanos);
  }

  /**
   * The user wants an event, for as long as the patience lasts. Answered exactly once, in this step
   * or a later one.
   *
   * @throws IllegalStateException if the open, or the pull before, is not answered yet
   */
  public Step pull(Patience patience, long nowNanos) {
    if (pull != null || opening || state instanceof New) {
      throw new IllegalStateException(
          pull != null ? "pull: the pull before is not answered" : "pull: the stream is not open");
    }
    pull = patience;
    return step(nowNanos);
  }

  /** The user waits no longer. A pull that was not answered yet is answered with "nothing yet". */
  public Step cancelPull(long nowNanos) {
    answerIdle();
    return step(nowNanos);
  }

  /** An exchange was answered by a server. */
  public Step onReply(long exchange, ServerRef server, DocumentSlice reply, long nowNanos) {
    if (isAwaited(exchange)) {
      try {
        answered(server, CursorReply.read(reply), nowNanos);
      } catch (MalformedBsonException | UnexpectedReplyException bad) {
        end(Endings.badReply(server, bad, position), nowNanos);
      }
    } else if (orphans.remove(exchange)) {
      killCursorOf(server, reply, nowNanos);
    }
    return step(nowNanos);
  }

  /** An exchange brought no answer, and never will. */
  public Step onFailure(long exchange, Outcome.Failed failed, long nowNanos) {
    orphans.remove(exchange);
    if (isAwaited(exchange)) {
      failed(new Failure.NoAnswer(failed.reason(), failed.message(), failed.cause()), nowNanos);
    }
    return step(nowNanos);
  }

  /** Time has passed. */
  public Step onTime(long nowNanos) {
    orphans.due(nowNanos).forEach(this::abandon);
    Exchange awaited = awaited();
    if (awaited != null && nowNanos >= awaited.deadlineNanos()) {
      giveUp(awaited, nowNanos);
      failed(
          new Failure.NoAnswer(
              Outcome.Reason.NETWORK,
              "no answer came within " + options.answerTimeout(),
              /* cause= */ null),
          nowNanos);
    }
    return step(nowNanos);
  }

  /** The user wants no more. Does nothing where the stream is over. */
  public Step close(long nowNanos) {
    if (!(state instanceof Ended)) {
      Exchange awaited = awaited();
      if (awaited != null) {
        giveUp(awaited, nowNanos);
      }
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

  /** Where the stream stands, as a value that stays what it is. */
  public Position position() {
    return position;
  }

  /** The server's time in the latest reply; null where there was none. */
  public @Nullable BsonTimestamp operationTime() {
    return operationTime;
  }

  // ---------------------------------------------------------------- answers

  private void answered(ServerRef server, Reply reply, long nowNanos) {
    if (reply instanceof ServerError error) {
      failed(new Failure.ByServer(server, error), nowNanos);
    } else {
      batchArrived(server, (CursorReply) reply);
    }
  }

  private void batchArrived(ServerRef server, CursorReply reply) {
    if (state instanceof Streaming streaming) {
      reply.requireSameCursor(streaming.cursor().id());
    } else if (((Aggregating) state).resume().isPresent()) {
      budget.attemptGotThrough();
      notify(new StreamEvent.Resumed(server, budget.attempt()));
    } else {
      position = position.opened(reply);
      notify(new StreamEvent.Opened(server));
      answer(new Effect.Opened());
    }
    Batch batch = reply.batch();
    if (batch.isDrained()) {
      emptyBatch(batch, /* cursorWorks= */ state instanceof Streaming);
    }
    operationTime = reply.operationTime();
    ServerCursor cursor = new ServerCursor(reply.cursorId(), server, reply.namespace());
    state = new Streaming(cursor, batch, Optional.empty());
    notify(new StreamEvent.BatchArrived(progress()));
  }

  private void emptyBatch(Batch batch, boolean cursorWorks) {
    Position next = position.emptyBatch(batch.postBatchResumeToken());
    if (cursorWorks && next.isElsewhereThan(position)) {
      budget.progress();
    }
    position = next;
  }

  private void failed(Failure failure, long nowNanos) {
    if (state instanceof Aggregating aggregating) {
      aggregateFailed(aggregating, failure, nowNanos);
    } else if (!Resumability.isResumable(failure, options.resumePolicy())) {
      end(Endings.failed(failure, position), nowNanos);
    } else if (invalidated) {
      end(
          new Ending.Regular(EndReason.INVALIDATED),
          nowNanos); // No server resumes after an invalidate.
    } else {
      interrupt(failure, nowNanos);
    }
  }

  private void aggregateFailed(Aggregating aggregating, Failure failure, long nowNanos) {
    if (options.retryReads() && !aggregating.retried() && RetryableReads.isRetryable(failure)) {
      aggregate(aggregating.resume(), true, nowNanos);
      return;
    }
    budget.attemptFailed();
    if (aggregating.resume().isPresent() && RetryableReads.isPassing(failure)) {
      interrupt(failure, nowNanos);
    } else {
      end(Endings.failed(failure, position), nowNanos);
    }
  }

  /** There is no cursor to go on with; whether and when there will be is for the budget to say. */
  private void interrupt(Failure cause, long nowNanos) {
    OptionalLong notBefore = budget.nextAttempt(nowNanos);
    if (notBefore.isEmpty()) {
      end(Endings.failed(cause, position), nowNanos);
      return;
    }
    killCursor(nowNanos);
    Interruption interruption = new Interruption(cause, budget.attempt(), notBefore.getAsLong());
    state = new Interrupted(interruption);
    notify(
        new StreamEvent.Interrupted(
            cause.describe(),
            interruption.attempt(),
            Duration.ofNanos(interruption.notBeforeNanos() - nowNanos)));
  }

  // ---------------------------------------------------------------- going on

  /** Does for the waiting pull what can be done now: the one place where anything is begun. */
  private void advance(long nowNanos) {
    if (pull == null) {
      return;
    }
    if (state instanceof Streaming streaming && streaming.awaiting().isEmpty()) {
      if (!streaming.batch().isDrained()) {
        handOver(streaming, nowNanos);
      } else if (streaming.cursor().isExhausted()) {
        end(new Ending.Regular(EndReason.INVALIDATED), nowNanos);
      } else if (pull.getMores() == 0) {
        answerIdle();
      } else {
        pull = pull.lessOneGetMore();
        getMore(streaming, nowNanos);
      }
    } else if (state instanceof Interrupted interrupted) {
      if (pull.resumes() == 0) {
        answerIdle();
      } else if (nowNanos >= interrupted.interruption().notBeforeNanos()) {
        pull = pull.lessOneResume();
        budget.attemptBegins(nowNanos);
        aggregate(Optional.of(interrupted.interruption()), false, nowNanos);
      } else if (!pull.sitsOutPauses()) {
        answerIdle();
      }
    } else if (state instanceof Ended ended) {
      answer(new Effect.End(ended.ending()));
    }
    if (pull != null && nowNanos >= pull.untilNanos()) {
      answerIdle();
    }
  }

  private void handOver(Streaming streaming, long nowNanos) {
    Batch batch = streaming.batch();
    try {
      DocumentSlice event = batch.take();
      DocumentSlice eventId = EventFields.id(event);
      if (eventId == null) {
        end(Endings.missingResumeToken(position), nowNanos);
        return;
      }
      invalidated = batch.isDrained() && EventFields.isInvalidate(event);
      position =
          batch.isDrained()
              ? position.handedOverLast(eventId, batch.postBatchResumeToken())
              : position.handedOver(eventId);
      budget.progress();
      answer(new Effect.Deliver(event));
    } catch (MalformedBsonException malformed) {
      end(Endings.badReply(streaming.cursor().server(), malformed, position), nowNanos);
    }
  }

  private void getMore(Streaming streaming, long nowNanos) {
    long awaitedUntil = Step.after(nowNanos, options.maxAwaitTime().orElse(Duration.ZERO));
    Exchange exchange = send(commands.getMore(streaming.cursor()), awaitedUntil);
    state = new Streaming(streaming.cursor(), streaming.batch(), Optional.of(exchange));
  }

  private void aggregate(Optional<Interruption> resume, boolean retried, long nowNanos) {
    StartPoint start =
        resume.isPresent() ? position.resumePoint() : new StartPoint.AsGiven(options);
    Exchange exchange = send(commands.aggregate(start), nowNanos);
    state = new Aggregating(exchange, retried, resume);
  }

  /** Sends a request whose answer may rightly be as late as that. */
  private Exchange send(Request request, long dueNanos) {
    Exchange exchange = new Exchange(++lastExchange, Step.after(dueNanos, options.answerTimeout()));
    effects.add(new Effect.Send(exchange.number(), request));
    return exchange;
  }

  // ---------------------------------------------------------------- ending

  /** Ends the stream. Nothing of it is left at a server, and whoever waits is told. */
  private void end(Ending ending, long nowNanos) {
    killCursor(nowNanos);
    state = new Ended(ending);
    notify(new StreamEvent.Ended(Endings.describe(ending)));
    if (opening || pull != null) {
      answer(new Effect.End(ending));
    }
  }

  /**
   * Stops waiting for an exchange. A getMore is broken off: its cursor is going to be killed. An
   * aggregate is let go on for a while: it may yet make a cursor, and only its answer says which.
   */
  private void giveUp(Exchange exchange, long nowNanos) {
    if (state instanceof Aggregating) {
      orphans.add(exchange.number(), Step.after(nowNanos, options.answerTimeout()));
    } else {
      abandon(exchange.number());
    }
  }

  private void killCursor(long nowNanos) {
    if (state instanceof Streaming streaming) {
      kill(streaming.cursor(), nowNanos);
    }
  }

  private void killCursorOf(ServerRef server, DocumentSlice reply, long nowNanos) {
    try {
      if (CursorReply.read(reply) instanceof CursorReply late) {
        kill(new ServerCursor(late.cursorId(), server, late.namespace()), nowNanos);
      }
    } catch (MalformedBsonException | UnexpectedReplyException bad) {
      // What cannot be read names no cursor that could be killed.
    }
  }

  private void kill(ServerCursor cursor, long nowNanos) {
    if (!cursor.isExhausted()) {
      long untilNanos = Step.after(nowNanos, options.answerTimeout());
      effects.add(new Effect.Forget(commands.killCursors(cursor), untilNanos));
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

  private Progress progress() {
    return new Progress(position.token(), Optional.ofNullable(operationTime));
  }

  private void answerIdle() {
    if (pull != null) {
      answer(new Effect.Idle(progress()));
    }
  }

  private void answer(Effect.Answer answer) {
    opening = false;
    pull = null;
    effects.add(answer);
  }

  private void abandon(long exchange) {
    effects.add(new Effect.Abandon(exchange));
  }

  private void notify(StreamEvent event) {
    effects.add(new Effect.Notify(event));
  }

  private Step step(long nowNanos) {
    advance(nowNanos);
    List<Effect> done = effects;
    effects = new ArrayList<>();
    return new Step(done, wakeAtNanos());
  }

  private long wakeAtNanos() {
    long wakeAt = pull == null ? Step.NEVER : pull.untilNanos();
    Exchange awaited = awaited();
    if (awaited != null) {
      wakeAt = Math.min(wakeAt, awaited.deadlineNanos());
    }
    if (pull != null && state instanceof Interrupted interrupted) {
      wakeAt = Math.min(wakeAt, interrupted.interruption().notBeforeNanos());
    }
    return Math.min(wakeAt, orphans.nextDeadlineNanos());
  }
}
