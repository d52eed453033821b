package dev.tailrace.wire.tcp;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.DocumentCheck;
import dev.tailrace.wire.topology.StateChangeError;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * What the transport itself wants to know of a reply: one pass over its top level. The events in it
 * are stepped over.
 *
 * @param clusterTime the {@code $clusterTime}, if there is one
 * @param stateChange whether the server says that it is not, or no longer, what it was taken for
 * @param ok whether the command succeeded
 */
record ReplyGlance(
    Optional<BsonDocument> clusterTime, Optional<StateChangeError> stateChange, boolean ok) {

  /**
   * Looks at {@code reply}.
   *
   * @throws BadMessageException if its top level, or what is read of it, is not well-formed
   */
  static ReplyGlance at(DocumentSlice reply) throws BadMessageException {
    try {
      return look(reply);
    } catch (MalformedBsonException malformed) {
      throw new BadMessageException(malformed);
    }
  }

  private static ReplyGlance look(DocumentSlice reply) throws BadMessageException {
    @Nullable BsonDocument clusterTime = null;
    boolean succeeded = false;
    boolean hasWriteConcernError = false;
    Elements elements = Elements.of(reply);
    while (elements.next()) {
      if (elements.isNamed("ok")) {
        succeeded = elements.number() == 1;
      } else if (elements.isNamed("writeConcernError")) {
        hasWriteConcernError = true;
      } else if (elements.isNamed("$clusterTime") && elements.is(BsonType.DOCUMENT)) {
        clusterTime = copy(elements.document(BsonType.DOCUMENT));
      }
    }
    return new ReplyGlance(
        Optional.ofNullable(clusterTime),
        succeeded && !hasWriteConcernError ? Optional.empty() : stateChange(reply),
        succeeded);
  }

  private static Optional<StateChangeError> stateChange(DocumentSlice reply)
      throws BadMessageException {
    DocumentCheck.check(reply);
    return StateChangeError.in(reply.asDocument());
  }

  /** It outlives the reply, whose buffer it must not keep. */
  private static BsonDocument copy(DocumentSlice document) throws BadMessageException {
    DocumentCheck.check(document);
    return document.asDocument().decode(new BsonDocumentCodec());
  }
}
