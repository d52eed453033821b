package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ResumeToken;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;

/**
 * Where an aggregate asks the server to begin: at most one start option of {@code $changeStream}.
 */
sealed interface StartPoint {

  /** Writes the start option into the argument of the {@code $changeStream} stage. */
  void writeTo(BsonDocument stage);

  /** What the user asked for, unknown to be sensible or not: all start options that were given. */
  record AsGiven(ChangeStreamOptions options) implements StartPoint {
    @Override
    public void writeTo(BsonDocument stage) {
      options.resumeAfter().ifPresent(token -> new ResumeAfter(token).writeTo(stage));
      options.startAfter().ifPresent(token -> new StartAfter(token).writeTo(stage));
      options.startAtOperationTime().ifPresent(time -> new AtOperationTime(time).writeTo(stage));
    }
  }

  /** Behind the event of this token. */
  record ResumeAfter(ResumeToken token) implements StartPoint {
    @Override
    public void writeTo(BsonDocument stage) {
      stage.append("resumeAfter", token.toDocument());
    }
  }

  /** Behind the event of this token, which may be an invalidate. */
  record StartAfter(ResumeToken token) implements StartPoint {
    @Override
    public void writeTo(BsonDocument stage) {
      stage.append("startAfter", token.toDocument());
    }
  }

  /** At the first event of this time or later. */
  record AtOperationTime(BsonTimestamp time) implements StartPoint {
    @Override
    public void writeTo(BsonDocument stage) {
      stage.append("startAtOperationTime", time);
    }
  }
}
