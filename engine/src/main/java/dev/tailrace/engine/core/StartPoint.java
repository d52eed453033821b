package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ResumeToken;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;

/** Where an aggregate asks the server to begin: the start options of {@code $changeStream}. */
sealed interface StartPoint {

  /** Writes the start options into the argument of the {@code $changeStream} stage. */
  void writeTo(BsonDocument stage);

  /** The token of {@code startAfter}. */
  default Optional<ResumeToken> startAfter() {
    return Optional.empty();
  }

  /** The token of {@code resumeAfter}. */
  default Optional<ResumeToken> resumeAfter() {
    return Optional.empty();
  }

  /** The time of {@code startAtOperationTime}. */
  default Optional<BsonTimestamp> startAtOperationTime() {
    return Optional.empty();
  }

  /** What the user asked for, unknown to be sensible or not: all start options that were given. */
  record AsGiven(ChangeStreamOptions options) implements StartPoint {
    @Override
    public void writeTo(BsonDocument stage) {
      resumeAfter().ifPresent(token -> new ResumeAfter(token).writeTo(stage));
      startAfter().ifPresent(token -> new StartAfter(token).writeTo(stage));
      startAtOperationTime().ifPresent(time -> new AtOperationTime(time).writeTo(stage));
    }

    @Override
    public Optional<ResumeToken> startAfter() {
      return options.startAfter();
    }

    @Override
    public Optional<ResumeToken> resumeAfter() {
      return options.resumeAfter();
    }

    @Override
    public Optional<BsonTimestamp> startAtOperationTime() {
      return options.startAtOperationTime();
    }
  }

  /** Behind the event of this token. */
  record ResumeAfter(ResumeToken token) implements StartPoint {
    @Override
    public void writeTo(BsonDocument stage) {
      stage.append("resumeAfter", token.toDocument());
    }

    @Override
    public Optional<ResumeToken> resumeAfter() {
      return Optional.of(token);
    }
  }

  /** Behind the event of this token, which may be an invalidate. */
  record StartAfter(ResumeToken token) implements StartPoint {
    @Override
    public void writeTo(BsonDocument stage) {
      stage.append("startAfter", token.toDocument());
    }

    @Override
    public Optional<ResumeToken> startAfter() {
      return Optional.of(token);
    }
  }

  /** At the first event of this time or later. */
  record AtOperationTime(BsonTimestamp time) implements StartPoint {
    @Override
    public void writeTo(BsonDocument stage) {
      stage.append("startAtOperationTime", time);
    }

    @Override
    public Optional<BsonTimestamp> startAtOperationTime() {
      return Optional.of(time);
    }
  }

  /** With whatever happens from now on. */
  record Now() implements StartPoint {
    @Override
    public void writeTo(BsonDocument stage) {
      // A stage without a start option begins now.
    }
  }
}
