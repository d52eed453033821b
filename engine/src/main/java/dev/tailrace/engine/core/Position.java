package dev.tailrace.engine.core;

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

  /** Where the stream began: at first, or when it last began anew. */
  private final StartPoint origin;

  private final @Nullable DocumentSlice tokenBytes;
  private final boolean returnedEvent;
  private final @Nullable BsonTimestamp savedOperationTime;

  /** The token of a place that was lost, before the stream began anew at its origin. */
  private final Optional<ResumeToken> lostToken;

  private Position(
      StartPoint origin,
      @Nullable DocumentSlice tokenBytes,
      boolean returnedEvent,
      @Nullable BsonTimestamp savedOperationTime,
      Optional<ResumeToken> lostToken) {
    this.origin = origin;
    this.tokenBytes = tokenBytes;
    this.returnedEvent = returnedEvent;
    this.savedOperationTime = savedOperationTime;
    this.lostToken = lostToken;
  }

  /** Of a stream that begins there, before the server has answered. */
  static Position startingAt(StartPoint origin) {
    return new Position(origin, null, false, null, Optional.empty());
  }

  /** Of a stream that gives this position up, and begins anew there. */
  Position beginningAnewAt(StartPoint elsewhere) {
    return new Position(elsewhere, null, false, null, lastKnownToken());
  }

  /**
   * The aggregate at the origin was answered. Its {@code operationTime} is kept if that is the only
   * way to resume without losing what happens from here on: no start option was given, no event
   * came, and no {@code postBatchResumeToken} either.
   */
  Position opened(CursorReply reply) {
    boolean onlyWay =
        tokenBytes == null
            && savedOperationTime == null
            && origin.resumeAfter().isEmpty()
            && origin.startAfter().isEmpty()
            && origin.startAtOperationTime().isEmpty()
            && reply.batch().isDrained()
            && reply.batch().postBatchResumeToken() == null;
    return onlyWay
        ? new Position(origin, tokenBytes, returnedEvent, reply.operationTime(), lostToken)
        : this;
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
    return new Position(origin, eventId, true, savedOperationTime, lostToken);
  }

  /**
   * The last event of a batch was handed to the user.
   *
   * @param eventId the event's {@code _id}
   */
  Position handedOverLast(DocumentSlice eventId, @Nullable DocumentSlice postBatchResumeToken) {
    return at(postBatchResumeToken == null ? eventId : postBatchResumeToken, true);
  }

  /** Where the first aggregate begins. */
  StartPoint origin() {
    return origin;
  }

  /** Where a resuming aggregate begins. */
  StartPoint resumePoint() {
    Optional<ResumeToken> token = token();
    if (token.isPresent()) {
      return origin.startAfter().isPresent() && !returnedEvent
          ? new StartPoint.StartAfter(token.get())
          : new StartPoint.ResumeAfter(token.get());
    }
    Optional<BsonTimestamp> time =
        origin.startAtOperationTime().or(() -> Optional.ofNullable(savedOperationTime));
    return time.isPresent() ? new StartPoint.AtOperationTime(time.get()) : origin;
  }

  /** The cached token: what the user reads as the stream's resume token. */
  public Optional<ResumeToken> token() {
    if (tokenBytes != null) {
      return Optional.of(ResumeToken.of(tokenBytes.asDocument()));
    }
    return origin.startAfter().or(origin::resumeAfter);
  }

  /** The cached token, or that of the place that was lost: what the end of a stream tells of. */
  Optional<ResumeToken> lastKnownToken() {
    return token().or(() -> lostToken);
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
        origin, new DocumentSlice(copy, 0, copy.length), returned, savedOperationTime, lostToken);
  }
}
