package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.ServerRef;
import java.time.Duration;

/** Something that happened in a stream's life, for whoever watches over it. */
public sealed interface StreamEvent {

  /**
   * The stream has its first cursor.
   *
   * @param server where the cursor lives
   */
  record Opened(ServerRef server) implements StreamEvent {}

  /**
   * A batch came, also an empty one. Its events are still to be handed over.
   *
   * @param progress how far the stream had come before this batch's events; further than before if
   *     the batch was empty and brought a newer token
   */
  record BatchArrived(Progress progress) implements StreamEvent {}

  /**
   * The cursor is lost; the stream is going to resume.
   *
   * @param cause what happened, for people
   * @param attempt the number of the attempt to come, counted since the last progress
   * @param pause how long the stream waits before it
   */
  record Interrupted(String cause, int attempt, Duration pause) implements StreamEvent {
    public Interrupted {
      requireNonNull(cause, "cause");
    }
  }

  /**
   * The stream has a cursor again.
   *
   * @param server where it lives
   * @param attempt which attempt got it
   */
  record Resumed(ServerRef server, int attempt) implements StreamEvent {}

  /**
   * The stream is over.
   *
   * @param cause how it ended, for people
   */
  record Ended(String cause) implements StreamEvent {
    public Ended {
      requireNonNull(cause, "cause");
    }
  }
}
