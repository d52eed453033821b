package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.ServerRef;
import java.time.Duration;
import org.bson.RawBsonDocument;

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
   * The resume token has moved behind an empty batch, or behind a batch whose last event the reader
   * has (it has asked for more since) or was passed over.
   *
   * @param progress how far the stream has come
   */
  record Progressed(Progress progress) implements StreamEvent {
    public Progressed {
      requireNonNull(progress, "progress");
    }
  }

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
   * The server no longer has the history from which the stream would go on: events may be lost.
   *
   * @param error what the server said, with the last token and its cluster time
   * @param decision what the {@link HistoryLostPolicy} makes of it
   */
  record HistoryLost(ChangeStreamException.HistoryLost error, HistoryLostPolicy.Restart decision)
      implements StreamEvent {
    public HistoryLost {
      requireNonNull(error, "error");
      requireNonNull(decision, "decision");
    }
  }

  /**
   * What was watched is gone, and the stream goes on behind its invalidate event ({@link
   * InvalidatePolicy#CONTINUE_AFTER}).
   *
   * @param invalidateToken the token of the invalidate event
   */
  record Continued(ResumeToken invalidateToken) implements StreamEvent {
    public Continued {
      requireNonNull(invalidateToken, "invalidateToken");
    }
  }

  /**
   * An event was passed over, because the stream's decoder failed on it ({@link
   * UndecodablePolicy#SKIP}).
   *
   * @param event the event as it came
   * @param cause what the decoder threw
   */
  record Skipped(RawBsonDocument event, Throwable cause) implements StreamEvent {
    public Skipped {
      requireNonNull(event, "event");
      requireNonNull(cause, "cause");
    }
  }

  /**
   * The stream is stuck, see {@link StreamStatus.Stalled}. Told once, until it gets on again.
   *
   * @param cause what it is waiting for, for people
   */
  record Stalled(String cause) implements StreamEvent {
    public Stalled {
      requireNonNull(cause, "cause");
    }
  }

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
