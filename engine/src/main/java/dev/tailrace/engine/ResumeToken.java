package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A place in the history of a deployment, from which a stream can go on. Immutable.
 *
 * <p>To the engine a token is opaque: whatever document the server sent is sent back, field by
 * field. Two tokens are equal if their documents are.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/changeStreams/#resume-tokens">Resume tokens</a>
 */
public final class ResumeToken {

  private final BsonDocument document;

  private ResumeToken(BsonDocument document) {
    this.document = document;
  }

  /**
   * The token of a document as it stands in an event's {@code _id} or in {@code
   * postBatchResumeToken}; it is not looked into.
   */
  public static ResumeToken of(BsonDocument document) {
    return new ResumeToken(requireNonNull(document, "document").clone());
  }

  /**
   * The token <code>{_data: hex}</code>, as it is usually printed and stored.
   *
   * @param data the value of {@code _data}; whether it is a token is for the server to judge
   */
  public static ResumeToken ofData(String data) {
    return new ResumeToken(new BsonDocument("_data", new BsonString(data)));
  }

  /** The document to give to the server, or to store: the caller's own copy. */
  public BsonDocument toDocument() {
    return document.clone();
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
    BsonValue data = document.get("_data");
    return document.size() == 1 && data != null && data.isString()
        ? data.asString().getValue()
        : document.toJson();
  }
}
