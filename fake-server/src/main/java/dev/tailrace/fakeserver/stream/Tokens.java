package dev.tailrace.fakeserver.stream;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.EventIdentifier;
import dev.tailrace.engine.token.InvalidTokenException;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.storage.Change;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** The tokens of this server: which ones it makes, and which ones of others it takes. */
public final class Tokens {

  private Tokens() {}

  /** The version that a release writes unless told otherwise. */
  public static int defaultVersion(ServerVersion version) {
    return version.atLeast(6, 1) ? 2 : 1;
  }

  /**
   * Reads a token that a client sent.
   *
   * @throws CommandFailure as the release would refuse it
   */
  static DecodedToken decode(BsonDocument token, ServerVersion version) {
    try {
      return ResumeTokenCodec.decodeAsServer(token, version.atLeast(6, 0) ? 2 : 1);
    } catch (InvalidTokenException e) {
      throw new CommandFailure(e.code(), String.valueOf(e.getMessage()));
    }
  }

  static BsonDocument encode(DecodedToken token) {
    return ResumeTokenCodec.encode(token);
  }

  static int compare(BsonDocument one, BsonDocument other) {
    return ResumeTokenCodec.compare(one, other);
  }

  static int compare(DecodedToken one, DecodedToken other) {
    return compare(encode(one), encode(other));
  }

  static BsonDocument highWaterMark(BsonTimestamp time, int version) {
    return encode(DecodedToken.highWaterMark(version, time));
  }

  /**
   * The token of a change's event. It has the collection that the oplog entry is of, which for a
   * view is {@code system.views}; the drop of a database is of none.
   *
   * @param documentKey of the change; null if it is of no document
   * @param index the change's place in its entry
   */
  static DecodedToken event(
      OplogEntry entry, Change change, @Nullable BsonDocument documentKey, int index, int version) {
    BsonBinary uuid = null;
    if (change instanceof Change.OnCollection onCollection) {
      uuid = onCollection.uuid();
    } else if (change instanceof Change.ViewChange view) {
      uuid = view.viewsUuid();
    }
    return DecodedToken.event(
        version,
        entry.time(),
        index,
        uuid == null ? null : uuid.asUuid(),
        EventIdentifier.of(
            version,
            EventBuilder.operationType(change),
            documentKey,
            EventBuilder.operationDescription(change)));
  }

  /** The token without its place among fragments: that of the whole event. */
  static DecodedToken withoutFragment(DecodedToken token) {
    return token.fragmentNum() == null
        ? token
        : new DecodedToken(
            token.format(),
            token.clusterTime(),
            token.version(),
            token.tokenType(),
            token.txnOpIndex(),
            token.fromInvalidate(),
            token.uuidField(),
            token.eventIdentifier(),
            null);
  }
}
