package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.transport.DocumentSlice;
import java.util.Arrays;
import java.util.Optional;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream has come, and so where it would go on: the cached resume token of the
 * change-streams specification ("Updating the Cached Resume Token", "Resume Process"). Immutable.
 *
 * <p>A token is kept as the bytes it came in until somebody asks for it.
 */
public final class Position {

  private final ChangeStreamOptions options;
  private final @Nullable DocumentSlice tokenBytes;
  private final boolean returnedEvent;
  private final @Nullable BsonTimestamp savedOperationTime;

  private Position(
      ChangeStreamOptions options,
      @Nullable DocumentSlice tokenBytes,
      boolean returnedEvent,
      @Nullable BsonTimestamp savedOperationTime) {
    this.options = options;
    this.tokenBytes = tokenBytes;
    this.returnedEvent = returnedEvent;
    this.savedOperationTime = savedOperationTime;
  }

  /** Before anything was asked of the server. */
  static Position initial(ChangeStreamOptions options) {
    return new Position(options, null, false, null);
  }

  /**
   * The first aggregate was answered. Its {@code operationTime} is kept if that is the only way to
   * resume without losing what happens from here on: no start option was given, no event came, and
   * no {@code postBatchResumeToken} either.
   */
  Position opened(CursorReply reply) {
    boolean onlyWay =
        options.resumeAfter().isEmpty()
            && options.startAfter().isEmpty()
            && options.startAtOperationTime().isEmpty()
            && reply.batch().isDrained()
            && reply.batch().postBatchResumeToken() == null;
    return onlyWay ? new Position(options, tokenBytes, returnedEvent, reply.operationTime()) : this;
  }

  /** A batch came that has no events; its {@code postBatchResumeToken}, if any, is newer. */
  Position emptyBatch(@Nullable DocumentSlice postBatchResumeToken) {
    return postBatchResumeToken == null ? this : at(postBatchResumeToken, returnedEvent);
  }

  /**
   * An event was handed to the user, and more of its batch are to come.
   *
   * @param eventId the event's {@code _id}
   */
  Position handedOver(DocumentSlice eventId) {
    return new Position(options, eventId, true, savedOperationTime);
  }

  /**
   * The last event of a batch was handed to the user.
   *
   * @param eventId the event's {@code _id}
   */
  Position handedOverLast(DocumentSlice eventId, @Nullable DocumentSlice postBatchResumeToken) {
    return at(postBatchResumeToken == null ? eventId : postBatchResumeToken, true);
  }

  /** Where a resuming aggregate begins. */
  StartPoint resumePoint() {
    Optional<ResumeToken> token = token();
    if (token.isPresent()) {
      return options.startAfter().isPresent() && !returnedEvent
          ? new StartPoint.StartAfter(token.get())
          : new StartPoint.ResumeAfter(token.get());
    }
    Optional<BsonTimestamp> time =
        options.startAtOperationTime().or(() -> Optional.ofNullable(savedOperationTime));
    return time.isPresent()
        ? new StartPoint.AtOperationTime(time.get())
        : new StartPoint.AsGiven(options);
  }

  /** The cached token: what the user reads as the stream's resume token. */
  public Optional<ResumeToken> token() {
    if (tokenBytes != null) {
      return Optional.of(ResumeToken.of(tokenBytes.asDocument()));
    }
    return options.startAfter().or(options::resumeAfter);
  }

  /** Whether this position's token is another one than that position's. */
  boolean isElsewhereThan(Position other) {
    DocumentSlice otherBytes = other.tokenBytes;
    if (tokenBytes == null || otherBytes == null) {
      return tokenBytes != null || otherBytes != null;
    }
    return !Arrays.equals(
        tokenBytes.buffer(),
        tokenBytes.offset(),
        tokenBytes.offset() + tokenBytes.length(),
        otherBytes.buffer(),
        otherBytes.offset(),
        otherBytes.offset() + otherBytes.length());
  }

  /** The token at the end of a batch is copied out, so that it does not keep the batch alive. */
  private Position at(DocumentSlice token, boolean returned) {
    byte[] copy =
        Arrays.copyOfRange(token.buffer(), token.offset(), token.offset() + token.length());
    return new Position(
        options, new DocumentSlice(copy, 0, copy.length), returned, savedOperationTime);
  }
}
