package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How a stream is, at one moment.
 *
 * @param phase what it is doing
 * @param lag how far it is behind its server: from the cluster time of its resume token to the
 *     newest time in the server's latest reply ({@code operationTime}, or {@code $clusterTime},
 *     which goes on also while a majority of the set does not follow), in whole seconds; zero where
 *     an empty batch said that there is nothing to read and no token says more; empty until it is
 *     known, and where tokens do not tell their time
 * @param progress how far it has come
 */
public record StreamStatus(Phase phase, Optional<Duration> lag, Progress progress) {

  public StreamStatus {
    requireNonNull(phase, "phase");
    requireNonNull(lag, "lag");
    requireNonNull(progress, "progress");
  }

  /** What a stream is doing. */
  public sealed interface Phase {}

  /** The first aggregate is not answered yet. */
  public record Opening() implements Phase {}

  /** There are events to hand over, or the last batch had some. */
  public record Live() implements Phase {}

  /** The last batch was empty: nothing has happened that the stream has not handed over. */
  public record Idle() implements Phase {}

  /**
   * The cursor is lost. The stream tries for a new one as soon as somebody asks it for an event.
   *
   * @param attempt the number of the attempt to come or under way, from 1, since the last progress
   * @param cause what happened, for people
   */
  public record Resuming(int attempt, String cause) implements Phase {
    public Resuming {
      requireNonNull(cause, "cause");
    }
  }

  /**
   * The stream is stuck, for longer than {@link ChangeStreamOptions#stalledAfter}: a server owes it
   * an answer, its attempts to resume lead nowhere, or the server's time goes on while the stream's
   * token does not (as when a majority of the set is down). Never an idle stream, and never one
   * whose reader does not ask.
   *
   * @param cause what it is waiting for, for people
   */
  public record Stalled(String cause) implements Phase {
    public Stalled {
      requireNonNull(cause, "cause");
    }
  }

  /**
   * The stream is over.
   *
   * @param cause how it ended, for people
   */
  public record Ended(String cause) implements Phase {
    public Ended {
      requireNonNull(cause, "cause");
    }
  }
}
