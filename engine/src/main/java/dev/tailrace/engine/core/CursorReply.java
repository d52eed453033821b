package dev.tailrace.engine.core;

import dev.tailrace.engine.bytes.DocumentArray;
import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.ServerRef;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/**
 * What the reply of an {@code aggregate} or {@code getMore} says: a batch and a cursor, or an
 * error. The events are found by their lengths and stay where they are, undecoded.
 *
 * @param cursorId {@code cursor.id}; 0 if the server has closed the cursor
 * @param namespace {@code cursor.ns}
 * @param batch {@code cursor.firstBatch} or {@code cursor.nextBatch}, with {@code
 *     cursor.postBatchResumeToken}
 * @param operationTime of the server; null where it sent none
 * @param serverTime the newest time that the server speaks of: {@code operationTime}, or {@code
 *     $clusterTime.clusterTime}, which goes on also while a majority does not follow; null where it
 *     sent neither
 */
record CursorReply(
    long cursorId,
    String namespace,
    Batch batch,
    @Nullable BsonTimestamp operationTime,
    @Nullable BsonTimestamp serverTime)
    implements Reply {

  /**
   * Reads a reply.
   *
   * @throws MalformedBsonException if it is not sound, or a field is of the wrong type
   * @throws UnexpectedReplyException if a field is missing
   */
  static Reply read(DocumentSlice body) {
    Double ok = null;
    Elements cursor = null;
    BsonTimestamp operationTime = null;
    BsonTimestamp clusterTime = null;
    Elements top = Elements.of(body);
    while (top.next()) {
      if (top.isNamed("cursor")) {
        cursor = top.elements(BsonType.DOCUMENT);
      } else if (top.isNamed("ok")) {
        ok = top.number();
      } else if (top.isNamed("operationTime")) {
        operationTime = top.timestamp();
      } else if (top.isNamed("$clusterTime")) {
        Elements gossip = top.elements(BsonType.DOCUMENT);
        clusterTime = gossip.nextNamed("clusterTime") ? gossip.timestamp() : null;
      }
    }
    if (ok == null) {
      throw new UnexpectedReplyException("the reply has no \"ok\"");
    }
    if (ok != 1) {
      return ServerError.read(body);
    }
    if (cursor == null) {
      throw new UnexpectedReplyException("the reply has no \"cursor\"");
    }
    return readCursor(cursor, operationTime, newer(operationTime, clusterTime));
  }

  /**
   * Checks that this is the reply of a getMore on that cursor.
   *
   * @throws UnexpectedReplyException if it speaks of another cursor
   */
  void requireSameCursor(long asked) {
    if (cursorId != 0 && cursorId != asked) {
      throw new UnexpectedReplyException(
          "the reply should speak of cursor %d, or say 0; it speaks of %d"
              .formatted(asked, cursorId));
    }
  }

  /**
   * The cursor that an aggregate's reply names, which may be wrong in any other way: what can be
   * read of it is enough to kill it. Null if it names none.
   */
  static @Nullable ServerCursor cursorNamedIn(DocumentSlice body, ServerRef server) {
    long id = 0;
    String namespace = "";
    try {
      Elements top = Elements.of(body);
      if (top.nextNamed("cursor")) {
        Elements cursor = top.elements(BsonType.DOCUMENT);
        while (cursor.next()) {
          if (cursor.isNamed("id")) {
            id = cursor.int64();
          } else if (cursor.isNamed("ns")) {
            namespace = cursor.string();
          }
        }
      }
    } catch (MalformedBsonException broken) {
      // What was found before may do.
    }
    return namespace.indexOf('.') < 0 ? null : new ServerCursor(id, server, namespace);
  }

  private static @Nullable BsonTimestamp newer(
      @Nullable BsonTimestamp one, @Nullable BsonTimestamp other) {
    return one == null || (other != null && other.compareTo(one) > 0) ? other : one;
  }

  private static CursorReply readCursor(
      Elements cursor, @Nullable BsonTimestamp operationTime, @Nullable BsonTimestamp serverTime) {
    DocumentSlice events = null;
    DocumentSlice postBatchResumeToken = null;
    Long id = null;
    String namespace = null;
    while (cursor.next()) {
      if (cursor.isNamed("nextBatch") || cursor.isNamed("firstBatch")) {
        events = cursor.document(BsonType.ARRAY);
      } else if (cursor.isNamed("postBatchResumeToken")) {
        postBatchResumeToken = cursor.document(BsonType.DOCUMENT);
      } else if (cursor.isNamed("id")) {
        id = cursor.int64();
      } else if (cursor.isNamed("ns")) {
        namespace = cursor.string();
      }
    }
    if (events == null || id == null || namespace == null || namespace.indexOf('.') < 0) {
      throw new UnexpectedReplyException(
          "the reply's cursor should have a batch, an id and a ns with a dot; batch %s, id %s, ns %s"
              .formatted(events == null ? "missing" : "there", id, namespace));
    }
    Batch batch = new Batch(new DocumentArray(events), postBatchResumeToken);
    return new CursorReply(id, namespace, batch, operationTime, serverTime);
  }
}
