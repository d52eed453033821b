package dev.tailrace.engine.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.bytes.BsonStructure;
import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import org.bson.BsonBinaryReader;
import org.bson.codecs.Decoder;
import org.bson.codecs.DecoderContext;

/** Decoding a document with one of bson's decoders, straight from where it lies. */
final class DecodingInPlace {

  private static final DecoderContext CONTEXT = DecoderContext.builder().build();

  private DecodingInPlace() {}

  /**
   * What the decoder makes of the document; what it throws comes out as it is, unless the bytes are
   * to blame.
   *
   * @throws MalformedBsonException if the decoder failed and the bytes are not well-formed, or
   *     deeper than {@link BsonStructure#MAX_DEPTH}
   */
  static <D> D decode(DocumentSlice document, Decoder<D> decoder) {
    Elements.of(document); // A reader would not notice bytes left over.
    try (BsonBinaryReader reader =
        new BsonBinaryReader(
            ByteBuffer.wrap(document.buffer(), document.offset(), document.length()))) {
      return requireNonNull(
          decoder.decode(reader, CONTEXT), "a decoder makes a value of every document");
    } catch (RuntimeException | StackOverflowError failure) {
      blameTheBytes(document, failure);
      throw failure;
    }
  }

  /** Looked into only now, since well-formed documents should not be walked twice. */
  private static void blameTheBytes(DocumentSlice document, Throwable failure) {
    try {
      BsonStructure.check(document);
    } catch (MalformedBsonException malformed) {
      malformed.addSuppressed(failure);
      throw malformed;
    }
  }
}
