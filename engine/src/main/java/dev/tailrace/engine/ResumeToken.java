package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.bytes.BsonStructure;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.InvalidTokenException;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.engine.transport.DocumentSlice;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * A place in the history of a deployment, from which a stream can go on. Immutable.
 *
 * <p>To the engine a token is opaque: whatever document the server sent is sent back, field by
 * field. Two tokens are equal if their documents are.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/changeStreams/#resume-tokens">Resume tokens</a>
 */
public final class ResumeToken {

  private final RawBsonDocument document;

  private ResumeToken(RawBsonDocument document) {
    this.document = document;
  }

  /**
   * The token of a document as it stands in an event's {@code _id} or in {@code
   * postBatchResumeToken}; it is not looked into.
   */
  public static ResumeToken of(BsonDocument document) {
    requireNonNull(document, "document");
    RawBsonDocument raw =
        document instanceof RawBsonDocument alreadyRaw
            ? alreadyRaw
            : new RawBsonDocument(document, new BsonDocumentCodec());
    // These bytes and no others: a token that stands in a reply must not keep the reply alive.
    ByteBuf bytes = raw.getByteBuffer();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return new ResumeToken(new RawBsonDocument(copy));
  }

  /**
   * The token <code>{_data: hex}</code>, as it is usually printed and stored.
   *
   * @param data the value of {@code _data}; whether it is a token is for the server to judge
   */
  public static ResumeToken ofData(String data) {
    return of(new BsonDocument("_data", new BsonString(requireNonNull(data, "data"))));
  }

  /** The document to give to the server, or to store. It cannot be changed. */
  public BsonDocument toDocument() {
    return document;
  }

  /**
   * What the token says: its cluster time, collection, document and so on. For people and tests; a
   * stream never needs to look inside.
   *
   * @throws InvalidTokenException if it is not a token as MongoDB servers write them, as those of
   *     other vendors are not
   */
  public DecodedToken inspect() {
    return ResumeTokenCodec.decode(document);
  }

  /**
   * The cluster time at which the token stands; empty if it is not a token as MongoDB servers write
   * them, or no sound BSON.
   */
  public Optional<BsonTimestamp> clusterTime() {
    if (!isSound()) {
      return Optional.empty();
    }
    try {
      return Optional.of(inspect().clusterTime());
    } catch (InvalidTokenException foreign) {
      return Optional.empty();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ResumeToken token && document.equals(token.document);
  }

  @Override
  public int hashCode() {
    return document.hashCode();
  }

  /** The value of {@code _data} where the token is nothing more, else the whole as JSON. */
  @Override
  public String toString() {
    if (!isSound()) {
      return "a broken token of %d bytes".formatted(bytes().length());
    }
    BsonValue data = document.get("_data");
    return document.size() == 1 && data != null && data.isString()
        ? data.asString().getValue()
        : document.toJson();
  }

  /** Whether the document can be read: a server's may be anything. */
  private boolean isSound() {
    try {
      BsonStructure.check(bytes());
      return true;
    } catch (MalformedBsonException broken) {
      return false;
    }
  }

  private DocumentSlice bytes() {
    byte[] array = document.getByteBuffer().array();
    return new DocumentSlice(array, 0, array.length); // See of: these bytes and no others.
  }
}
