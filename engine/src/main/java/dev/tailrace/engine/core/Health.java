package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.StreamStatus;
import dev.tailrace.engine.core.State.Aggregating;
import dev.tailrace.engine.core.State.Ended;
import dev.tailrace.engine.core.State.Exchange;
import dev.tailrace.engine.core.State.Interrupted;
import dev.tailrace.engine.core.State.Interruption;
import dev.tailrace.engine.core.State.New;
import dev.tailrace.engine.core.State.Streaming;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** What can be told of how a stream is, from the batches it got and from what it waits for. */
final class Health {

  private final Duration stalledAfter;

  /** The server's time in the latest reply. */
  private @Nullable BsonTimestamp operationTime;

  /** The newest time that the latest reply speaks of. */
  private @Nullable BsonTimestamp serverTime;

  /** Whether the latest batch was empty. */
  private boolean lastBatchEmpty;

  /** Whether the latest batch was empty and came without a token: it says all there is to say. */
  private boolean emptyWithoutToken;

  /** How far the token of the latest batch, an empty one, was behind the server's time. */
  private Duration behind = Duration.ZERO;

  /** When the token moved last, events came, or there was a new cursor. */
  private long movedNanos;

  /** When a batch came that showed the token to stand still while the server's time goes on. */
  private long lagsSinceNanos = Step.NEVER;

  /** Whether the listener was told that the stream is stuck. */
  private boolean told;

  Health(ChangeStreamOptions options) {
    stalledAfter = options.stalledAfter();
  }

  /** The server's time in the latest reply; null where there was none. */
  @Nullable BsonTimestamp operationTime() {
    return operationTime;
  }

  /**
   * A batch came.
   *
   * @param position where the stream stands since
   * @param moved whether this batch moved the token
   */
  void batchArrived(CursorReply reply, Position position, boolean moved, long nowNanos) {
    operationTime = reply.operationTime();
    serverTime = reply.serverTime();
    lastBatchEmpty = reply.batch().isDrained();
    emptyWithoutToken = lastBatchEmpty && reply.batch().postBatchResumeToken() == null;
    behind = lastBatchEmpty ? lag(position).orElse(Duration.ZERO) : Duration.ZERO;
    if (moved || !lastBatchEmpty) {
      movedNanos = nowNanos;
    }
    boolean stands = nowNanos >= Step.after(movedNanos, stalledAfter);
    lagsSinceNanos = stands && behind.compareTo(stalledAfter) > 0 ? nowNanos : Step.NEVER;
  }

  /** There is a new cursor, which has still to show how far it gets. */
  void cursorOpened(long nowNanos) {
    movedNanos = nowNanos;
  }

  /** How a stream is. */
  Vitals vitals(
      State state, Position position, boolean isAsked, ResumeBudget budget, long nowNanos) {
    Stuck stuck = stuck(state, isAsked, budget);
    boolean isLeftAlone = state instanceof Interrupted && !isAsked; // Neither stuck nor mended.
    told &= isLeftAlone || nowNanos >= stuck.sinceNanos();
    return new Vitals(
        phase(state),
        position,
        operationTime,
        serverTime,
        emptyWithoutToken,
        stuck.sinceNanos(),
        stuck.cause());
  }

  /** Why the stream is stuck, if it is and nobody was told yet; asked for once, it is told. */
  Optional<String> tellStuck(Vitals vitals, long nowNanos) {
    if (told || nowNanos < vitals.stuckSinceNanos()) {
      return Optional.empty();
    }
    told = true;
    return Optional.of(vitals.stuckCause().get());
  }

  /** When the listener is to be told that the stream is stuck; {@link Step#NEVER} for never. */
  long tellAtNanos(Vitals vitals) {
    return told ? Step.NEVER : vitals.stuckSinceNanos();
  }

  private StreamStatus.Phase phase(State state) {
    if (state instanceof Ended ended) {
      return new StreamStatus.Ended(Endings.describe(ended.ending()));
    }
    if (state instanceof Interrupted interrupted) {
      return resuming(interrupted.interruption());
    }
    if (state instanceof Aggregating aggregating) {
      return aggregating.resume().map(this::resuming).orElse(new StreamStatus.Opening());
    }
    return state instanceof New
        ? new StreamStatus.Opening()
        : lastBatchEmpty ? new StreamStatus.Idle() : new StreamStatus.Live();
  }

  private StreamStatus.Phase resuming(Interruption interruption) {
    return new StreamStatus.Resuming(interruption.attempt(), interruption.cause());
  }

  private Stuck stuck(State state, boolean isAsked, ResumeBudget budget) {
    if (state instanceof Interrupted interrupted) {
      return isAsked ? fruitless(interrupted.interruption(), budget) : Stuck.NEVER;
    }
    if (state instanceof Aggregating aggregating) {
      Stuck unanswered = unanswered("aggregate", aggregating.exchange());
      return aggregating
          .resume()
          .map(resume -> fruitless(resume, budget))
          .filter(fruitless -> fruitless.sinceNanos() < unanswered.sinceNanos())
          .orElse(unanswered);
    }
    if (state instanceof Streaming streaming) {
      return streaming
          .awaiting()
          .map(getMore -> unanswered("getMore", getMore))
          .filter(unanswered -> lagsSinceNanos == Step.NEVER)
          .orElseGet(() -> lagging(streaming));
    }
    return Stuck.NEVER;
  }

  private Stuck unanswered(String command, Exchange exchange) {
    return new Stuck(
        Step.after(exchange.dueNanos(), stalledAfter),
        () -> "%s #%d is not answered".formatted(command, exchange.number()));
  }

  private Stuck fruitless(Interruption resume, ResumeBudget budget) {
    return new Stuck(
        Step.after(budget.firstAttemptNanos(), stalledAfter),
        () -> "attempt %d: %s".formatted(resume.attempt(), resume.cause()));
  }

  /** A majority that is down shows like this: the server's time goes on, what it hands out not. */
  private Stuck lagging(Streaming streaming) {
    Duration behindThen = behind;
    return new Stuck(
        lagsSinceNanos,
        () ->
            "%s is %s ahead of the stream, whose token does not move"
                .formatted(streaming.cursor().server().address(), behindThen));
  }

  private Optional<Duration> lag(Position position) {
    return Vitals.lag(serverTime, position.token(), emptyWithoutToken);
  }

  /** Since when a stream is stuck, if nothing happens until then. */
  private record Stuck(long sinceNanos, Supplier<String> cause) {
    static final Stuck NEVER = new Stuck(Step.NEVER, () -> "");
  }
}
