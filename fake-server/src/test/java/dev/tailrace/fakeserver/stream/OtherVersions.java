package dev.tailrace.fakeserver.stream;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.EventIdentifier;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** A token as servers of other releases would have written it, where a release reads it. */
final class OtherVersions {

  private final ServerVersion release;

  OtherVersions(ServerVersion release) {
    this.release = release;
  }

  /**
   * The token in all versions but its own.
   *
   * @param event the event that it is of; null for a high-water mark
   */
  List<BsonDocument> of(DecodedToken token, @Nullable BsonDocument event) {
    int newest = release.atLeast(6, 0) ? 2 : 1;
    List<BsonDocument> tokens = new ArrayList<>();
    for (int version : IntStream.rangeClosed(0, newest).toArray()) {
      // A mark of version 0 is the token of a dropDatabase, and one of an invalidate that of its
      // cause: neither says the same.
      boolean isSaid = version > 0 || !(token.isHighWaterMark() || token.fromInvalidate());
      if (version != token.version() && isSaid) {
        DecodedToken other =
            event == null
                ? DecodedToken.highWaterMark(version, token.clusterTime())
                : ofEvent(version, token, event);
        if (other != null) {
          tokens.add(ResumeTokenCodec.encode(other));
        }
      }
    }
    return tokens;
  }

  /** Null if the event does not tell what is needed, or the version has no token for it. */
  private static @Nullable DecodedToken ofEvent(
      int version, DecodedToken token, BsonDocument event) {
    String type = event.getString("operationType").getValue();
    BsonDocument key = (BsonDocument) event.get("documentKey");
    BsonDocument description = (BsonDocument) event.get("operationDescription");
    if (type.equals("rename") && version == 2 && description == null) {
      return null;
    }
    // The identifier of an invalidate is that of its cause, which this event does not tell.
    boolean isUntold = token.fromInvalidate();
    // Expanded events without a collection of their own have none of these before version 2.
    BsonDocument identifier = EventIdentifier.of(version, type, key, description);
    boolean isUnwritable = version == 0 && key == null && identifier != null;
    return isUntold || isUnwritable
        ? null
        : DecodedToken.event(
            version, token.clusterTime(), token.txnOpIndex(), token.uuid(), identifier);
  }
}
