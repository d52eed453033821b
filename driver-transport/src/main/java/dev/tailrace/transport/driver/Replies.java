package dev.tailrace.transport.driver;

import com.mongodb.MongoExecutionTimeoutException;
import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/** Replies as the engine takes them, made of what the driver gives. */
final class Replies {

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private Replies() {}

  /** The bytes of a reply that was read as they came. */
  static DocumentSlice slice(RawBsonDocument reply) {
    ByteBuffer bytes = reply.getByteBuffer().asNIO();
    return new DocumentSlice(
        bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }

  /** A reply that the driver has decoded, as bytes again: it decodes those that say no. */
  static DocumentSlice encoded(BsonDocument reply) {
    return slice(reply instanceof RawBsonDocument raw ? raw : new RawBsonDocument(reply, CODEC));
  }

  /** The reply that became this exception: of these (code 50) the driver does not keep it. */
  static DocumentSlice saying(MongoExecutionTimeoutException timeout) {
    BsonDocument reply =
        new BsonDocument("ok", new BsonDouble(0))
            .append("errmsg", new BsonString(String.valueOf(timeout.getMessage())))
            .append("code", new BsonInt32(timeout.getCode()))
            .append("codeName", new BsonString("MaxTimeMSExpired"));
    List<BsonString> labels = timeout.getErrorLabels().stream().map(BsonString::new).toList();
    if (!labels.isEmpty()) {
      reply.append("errorLabels", new BsonArray(labels));
    }
    return encoded(reply);
  }

  /** What kills the cursor that a reply to an aggregate has opened; empty if it has opened none. */
  static Optional<BsonDocument> killCursors(DocumentSlice reply) {
    @Nullable BsonValue cursor = reply.asDocument().get("cursor");
    if (cursor == null || !cursor.isDocument()) {
      return Optional.empty();
    }
    @Nullable BsonValue id = cursor.asDocument().get("id");
    @Nullable BsonValue namespace = cursor.asDocument().get("ns");
    if (id == null || !id.isInt64() || id.asInt64().getValue() == 0) {
      return Optional.empty();
    }
    String collection =
        namespace == null || !namespace.isString()
            ? ""
            : namespace.asString().getValue().replaceFirst("^[^.]*\\.", "");
    return Optional.of(killCursors(collection, id));
  }

  static BsonDocument killCursors(String collection, BsonValue id) {
    return new BsonDocument("killCursors", new BsonString(collection))
        .append("cursors", new BsonArray(List.of(id)));
  }
}
