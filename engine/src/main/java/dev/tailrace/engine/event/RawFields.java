package dev.tailrace.engine.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.bytes.BsonStructure;
import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one document, each found when asked for by a walk over the document's top level.
 * Immutable to the eye, and thread-safe. Two are equal if their bytes are.
 *
 * <p>A walk begins where the last one ended, and goes around: fields that are asked for in the
 * document's order cost one walk together. Nothing else is kept, as a walk takes tens of
 * nanoseconds. A document that is broken at its end can still be asked for what stands before. Of
 * two fields with the same name, which no server sends, either may be found.
 *
 * <p>Whatever is not as it should be is a {@link MalformedBsonException}.
 */
final class RawFields {

  private final DocumentSlice bytes;

  /**
   * Where the field that was found last ends; 0 before there is one. Written without
   * synchronization, since any value that was ever written is a good place to begin.
   */
  private int onward;

  RawFields(DocumentSlice bytes) {
    this.bytes = requireNonNull(bytes, "bytes");
  }

  /** Standing on the field; null where there is none, or null is its value. */
  @Nullable Elements find(String name) {
    Elements elements = Elements.of(bytes);
    return moveTo(name, elements) ? elements : null;
  }

  private boolean moveTo(String name, Elements elements) {
    int from = onward;
    if ((from != 0 && isFurtherOn(name, elements, from)) || elements.nextNamed(name)) {
      onward = elements.end();
      return !elements.is(BsonType.NULL);
    }
    return false;
  }

  private static boolean isFurtherOn(String name, Elements elements, int from) {
    try {
      return elements.nextNamed(name, from);
    } catch (MalformedBsonException brokenThere) {
      return false; // What is asked for may stand before.
    }
  }

  /** Standing on the field, which has to be there. */
  Elements require(String name) {
    Elements elements = Elements.of(bytes);
    if (!moveTo(name, elements)) {
      throw new MalformedBsonException("a field \"" + name + "\"", "none", bytes.offset());
    }
    return elements;
  }

  /** The document in this field; empty where there is none, or null is the field's value. */
  Optional<DocumentSlice> slice(String name) {
    Elements elements = Elements.of(bytes);
    return moveTo(name, elements)
        ? Optional.of(elements.document(BsonType.DOCUMENT))
        : Optional.empty();
  }

  /** As {@link #slice}. */
  Optional<RawBsonDocument> document(String name) {
    return slice(name).map(DocumentSlice::asDocument);
  }

  /** As {@link #slice}, decoded. */
  <D> Optional<D> document(String name, Decoder<D> decoder) {
    return slice(name).map(found -> DecodingInPlace.decode(found, decoder));
  }

  /** Whatever is in this field, null included; empty where there is no such field. */
  Optional<BsonValue> value(String name) {
    Elements elements = Elements.of(bytes);
    if (!nextNamed(elements, name)) {
      return Optional.empty();
    }
    if (elements.is(BsonType.JAVASCRIPT_WITH_SCOPE)) {
      BsonStructure.check(
          bytes); // The only value with a document inside that bson decodes at once.
    }
    return Optional.of(requireNonNull(bytes.asDocument().get(name)));
  }

  /** Unlike the names that are asked for elsewhere, those that users make up need not be ASCII. */
  private static boolean nextNamed(Elements elements, String name) {
    if (name.chars().allMatch(each -> each < 0x80)) {
      return elements.nextNamed(name);
    }
    while (elements.next()) {
      if (elements.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** The whole document, in place. */
  RawBsonDocument whole() {
    Elements.of(bytes); // What is no document, bson refuses in its own way.
    return bytes.asDocument();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawFields fields && buffer().equals(fields.buffer());
  }

  @Override
  public int hashCode() {
    return buffer().hashCode();
  }

  /** The document as JSON, or what is wrong with it. */
  @Override
  public String toString() {
    try {
      BsonStructure.check(bytes);
      return bytes.asDocument().toJson();
    } catch (MalformedBsonException broken) {
      return bytes.length() + " bytes that are not BSON: " + broken.getMessage();
    }
  }

  private ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes.buffer(), bytes.offset(), bytes.length());
  }
}
