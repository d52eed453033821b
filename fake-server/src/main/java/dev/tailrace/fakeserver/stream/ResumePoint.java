package dev.tailrace.fakeserver.stream;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.DecodedToken.TokenType;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.oplog.Oplog;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.query.value.ValueText;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.stream.StreamSpec.Start;
import java.util.OptionalInt;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream begins, and whether an event is behind that point. After an event token the event
 * itself has to be met first: a stream that would pass it by fails, since what it missed is
 * unknown.
 */
final class ResumePoint {

  private final BsonTimestamp time;
  private final BsonDocument token;

  /** The event that must be met; null if a time alone says where to begin. */
  private final @Nullable DecodedToken sought;

  /** The given token, for the version that it asks of events that are not past it. */
  private final @Nullable DecodedToken given;

  private final ServerVersion version;
  private boolean met;

  private ResumePoint(
      ServerVersion version, BsonTimestamp time, BsonDocument token, @Nullable DecodedToken given) {
    this.version = version;
    this.time = time;
    this.token = token;
    this.given = given;
    sought = given == null || given.isHighWaterMark() ? null : sought(version, given);
  }

  /** Releases before 6.0 write the one version always, and do not compare versions. */
  private static DecodedToken sought(ServerVersion version, DecodedToken given) {
    return !version.atLeast(6, 0) && given.version() == 0
        ? DecodedToken.event(
            1, given.clusterTime(), given.txnOpIndex(), given.uuid(), given.eventIdentifier())
        : Tokens.withoutFragment(given);
  }

  static ResumePoint of(StreamSpec spec, BsonTimestamp next) {
    if (spec.start() instanceof Start.AfterToken after) {
      return new ResumePoint(
          spec.version(), after.decoded().clusterTime(), after.token(), after.decoded());
    }
    BsonTimestamp time = spec.start() instanceof Start.AtTime at ? at.time() : next;
    return new ResumePoint(
        spec.version(), time, Tokens.highWaterMark(time, spec.tokenVersion()), null);
  }

  /** The first cluster time whose events may be behind this point. */
  BsonTimestamp time() {
    return time;
  }

  /** The token from which one would go on as long as nothing was read. */
  BsonDocument token() {
    return token;
  }

  /**
   * The version for the token of an event: from 6.0 on that of the given token for events not past
   * it, so that the two can be compared.
   */
  int tokenVersion(BsonTimestamp eventTime, int txnOpIndex, int usual) {
    return version.atLeast(6, 0)
            && given != null
            && given.clusterTime().equals(eventTime)
            && txnOpIndex <= given.txnOpIndex()
        ? given.version()
        : usual;
  }

  /** Whether {@code event} is the one that the given token stands for. */
  boolean isAt(DecodedToken event) {
    return sought != null
        && sought.clusterTime().equals(event.clusterTime()) // Nearly always not, and cheap to see.
        && order(event, sought) == 0;
  }

  /**
   * Whether the given token is that of this invalidate. One of version 0 cannot be: it is taken for
   * that of the event before, so that the invalidate is still to come.
   */
  boolean isAtInvalidate(DecodedToken invalidate) {
    return sought != null && sought.fromInvalidate() && isAt(invalidate);
  }

  /**
   * Whether the stream shows the event. To be asked for every event in order.
   *
   * @throws CommandFailure 280 if the sought event should have come before this one and did not
   */
  boolean isBehind(DecodedToken event) {
    if (sought == null || met) {
      return true;
    }
    int order = order(event, sought);
    if (order > 0) {
      if (!version.atLeast(5, 0)
          && event.tokenType() == sought.tokenType()
          && event.clusterTime().equals(sought.clusterTime())
          && event.txnOpIndex() > sought.txnOpIndex()) {
        throw new CommandFailure(50_792, "Invalid resumeToken: txnOpIndex was skipped");
      }
      throw new CommandFailure(
          ErrorCode.CHANGE_STREAM_FATAL_ERROR,
          "cannot resume stream; the resume token was not found. "
              + ValueText.value(Tokens.encode(event)));
    }
    met = order == 0;
    return false;
  }

  /**
   * Whether an event is before the sought one, is it, or is past it.
   *
   * @throws CommandFailure 6189505 from 6.0 on, where a mark that has more than a time is none
   */
  private int order(DecodedToken event, DecodedToken sought) {
    if (sought.tokenType() == TokenType.EVENT) {
      return Tokens.compare(event, sought);
    }
    if (version.atLeast(6, 0)) {
      throw new CommandFailure(6_189_505, "Invalid high water mark token");
    }
    return 1; // Older releases seek it among the events, all of which are past such a mark.
  }

  /** The number (from 0) of the fragment after which a split event goes on; empty if whole. */
  OptionalInt fragment() {
    Integer fragment = given == null ? null : given.fragmentNum();
    return fragment == null ? OptionalInt.empty() : OptionalInt.of(fragment);
  }

  /**
   * Makes sure that the oplog still has everything behind this point.
   *
   * @throws CommandFailure 286 if it has not
   */
  void checkHistory(Oplog oplog) {
    OplogEntry first = oplog.get(oplog.firstPosition());
    boolean isBirthOfSet =
        first.changes().get(0) instanceof Change.Noop noop
            && noop.message().equals(Change.Noop.INITIATING_SET);
    int order = first.time().compareTo(time);
    boolean lost = version.atLeast(5, 0) ? order > 0 : order >= 0;
    if (lost && !isBirthOfSet) {
      throw new CommandFailure(
          ErrorCode.CHANGE_STREAM_HISTORY_LOST,
          "Resume of change stream was not possible, as the resume point may no longer be in the"
              + " oplog."
              + (version.atLeast(5, 0) ? "" : " "));
    }
  }
}
