package dev.tailrace.engine;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Why a stream failed: one type for each thing that a user would do differently.
 *
 * <p>A stream that threw is over, its cursor killed; only after {@link TimedOut} it goes on. Every
 * event handed over before stays good, and {@link #resumeToken} says where a new stream would go
 * on.
 */
public abstract sealed class ChangeStreamException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable ResumeToken resumeToken;

  private ChangeStreamException(
      String message, @Nullable ResumeToken resumeToken, @Nullable Throwable cause) {
    super(message, cause);
    this.resumeToken = resumeToken;
  }

  /**
   * The last token of the failed stream; empty if it never had one. All events up to it were handed
   * over.
   */
  public Optional<ResumeToken> resumeToken() {
    return Optional.ofNullable(resumeToken);
  }

  /** The cluster time of {@link #resumeToken}, where there is one and it tells its time. */
  public Optional<BsonTimestamp> clusterTime() {
    return resumeToken().flatMap(ResumeToken::clusterTime);
  }

  /**
   * The server said no: the command, an option or the user's rights are not what it takes. Opening
   * again in the same way will fail in the same way, unless it is one of the subtypes.
   */
  public static sealed class Refused extends ChangeStreamException {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String codeName;
    private final transient Set<String> errorLabels;
    private final transient BsonDocument reply;

    public Refused(
        String message,
        int code,
        String codeName,
        Set<String> errorLabels,
        BsonDocument reply,
        @Nullable ResumeToken resumeToken) {
      super(message, resumeToken, null);
      this.code = code;
      this.codeName = codeName;
      this.errorLabels = Collections.unmodifiableSet(new LinkedHashSet<>(errorLabels));
      this.reply = reply;
    }

    /** The server's {@code code}. */
    public int code() {
      return code;
    }

    /** The server's {@code codeName}; empty where it sent none. */
    public String codeName() {
      return codeName;
    }

    /** The server's {@code errorLabels}. */
    public Set<String> errorLabels() {
      return errorLabels;
    }

    /** The whole reply. Not to be changed. */
    public BsonDocument reply() {
      return reply;
    }
  }

  /**
   * The place to go on from is no longer in the server's oplog: events may be lost. A new stream
   * has to start elsewhere, and whatever the stream fed has to be made good from the data itself.
   */
  public static final class HistoryLost extends Refused {

    private static final long serialVersionUID = 1L;

    public HistoryLost(
        String message,
        int code,
        String codeName,
        Set<String> errorLabels,
        BsonDocument reply,
        @Nullable ResumeToken resumeToken) {
      super(message, code, codeName, errorLabels, reply, resumeToken);
    }
  }

  /**
   * An event is larger than a document may be. The stream cannot get past it as it is: open again
   * with {@code $changeStreamSplitLargeEvent} as last stage, or project the event smaller.
   */
  public static final class EventTooLarge extends Refused {

    private static final long serialVersionUID = 1L;

    public EventTooLarge(
        String message,
        int code,
        String codeName,
        Set<String> errorLabels,
        BsonDocument reply,
        @Nullable ResumeToken resumeToken) {
      super(message, code, codeName, errorLabels, reply, resumeToken);
    }
  }

  /**
   * A server said that it cannot do it for now: it steps down, starts or shuts down, or has lost
   * those it needs. The attempts that the {@link ResumePolicy} and {@link
   * ChangeStreamOptions#retryReads} allow are used up, or none was allowed. Opening again in the
   * same way may well succeed, a little later.
   */
  public static final class Unavailable extends Refused {

    private static final long serialVersionUID = 1L;

    public Unavailable(
        String message,
        int code,
        String codeName,
        Set<String> errorLabels,
        BsonDocument reply,
        @Nullable ResumeToken resumeToken) {
      super(message, code, codeName, errorLabels, reply, resumeToken);
    }
  }

  /**
   * No server could be reached, after as many attempts as the {@link ResumePolicy} allows; or the
   * transport was closed, and none will be.
   */
  public static final class Unreachable extends ChangeStreamException {

    private static final long serialVersionUID = 1L;

    public Unreachable(
        String message, @Nullable ResumeToken resumeToken, @Nullable Throwable cause) {
      super(message, resumeToken, cause);
    }
  }

  /**
   * A server was reached, but it does not accept the transport's credential, or did not prove
   * itself to be the one that knows it. Opening again needs another credential; the cause tells
   * more.
   */
  public static final class NotAuthenticated extends ChangeStreamException {

    private static final long serialVersionUID = 1L;

    public NotAuthenticated(
        String message, @Nullable ResumeToken resumeToken, @Nullable Throwable cause) {
      super(message, resumeToken, cause);
    }
  }

  /**
   * A server was reached, but does not work in the way that the transport was told to use, as one
   * that is behind no load balancer where the connection string says that it is. Opening again
   * needs another transport; the message tells more.
   */
  public static final class NotSupported extends ChangeStreamException {

    private static final long serialVersionUID = 1L;

    public NotSupported(
        String message, @Nullable ResumeToken resumeToken, @Nullable Throwable cause) {
      super(message, resumeToken, cause);
    }
  }

  /**
   * An event came without its {@code _id}: the pipeline removed or changed it, and the stream could
   * not be resumed behind it. Keep {@code _id} in the pipeline.
   */
  public static final class MissingResumeToken extends ChangeStreamException {

    private static final long serialVersionUID = 1L;

    /** The wording is the specification's. */
    public MissingResumeToken(@Nullable ResumeToken resumeToken) {
      super(
          "Cannot provide resume functionality when the resume token is missing",
          resumeToken,
          null);
    }
  }

  /** The server's reply is not what the protocol says. */
  public static final class BadReply extends ChangeStreamException {

    private static final long serialVersionUID = 1L;

    public BadReply(String message, @Nullable ResumeToken resumeToken, @Nullable Throwable cause) {
      super(message, resumeToken, cause);
    }
  }

  /**
   * The call took longer than {@link ChangeStreamOptions#timeout}. The stream is not over: the next
   * call resumes it first, from {@link #resumeToken}. Only a stream that timed out while it was
   * opened is over.
   */
  public static final class TimedOut extends ChangeStreamException {

    private static final long serialVersionUID = 1L;

    public TimedOut(String message, @Nullable ResumeToken resumeToken, @Nullable Throwable cause) {
      super(message, resumeToken, cause);
    }
  }

  /**
   * The stream's decoder failed on an event. {@link #resumeToken} stands in front of the event, for
   * a stream with a better decoder; {@link #eventToken} behind it, for one that passes it over.
   */
  public static final class Undecodable extends ChangeStreamException {

    private static final long serialVersionUID = 1L;

    private final transient RawBsonDocument event;
    private final transient ResumeToken eventToken;

    public Undecodable(
        String message,
        RawBsonDocument event,
        ResumeToken eventToken,
        @Nullable ResumeToken resumeToken,
        Throwable cause) {
      super(message, resumeToken, cause);
      this.event = event;
      this.eventToken = eventToken;
    }

    /** The event as it came. */
    public RawBsonDocument event() {
      return event;
    }

    /** The event's own token. */
    public ResumeToken eventToken() {
      return eventToken;
    }
  }

  /**
   * The fragments of a split event are more than {@link ChangeStreamOptions#reassembleSplitEvents}
   * allows to be put together, or do not belong together. {@link #resumeToken} stands in front of
   * the first of them: open again with a larger bound, or take the fragments one by one.
   */
  public static final class NotReassembled extends ChangeStreamException {

    private static final long serialVersionUID = 1L;

    public NotReassembled(String message, @Nullable ResumeToken resumeToken) {
      super(message, resumeToken, null);
    }
  }
}
