package dev.tailrace.fakeserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonSerializationException;
import org.bson.BsonString;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents become the same bytes as the library makes of them, however their text is written. */
class RawDocumentsTest {

  private static byte[] byTheLibrary(BsonDocument document) {
    BasicOutputBuffer buffer = new BasicOutputBuffer();
    new BsonDocumentCodec()
        .encode(new BsonBinaryWriter(buffer), document, EncoderContext.builder().build());
    return buffer.toByteArray();
  }

  private static byte[] bytes(BsonDocument document) {
    var buffer = RawDocuments.of(document).getByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "plain", "\0", "a\0b", "\u007f", "\u0080", "é", "a€b", "𝄞", "\ud834", "a\udd1e"
      })
  void textIsWrittenAsTheLibraryDoes(String text) {
    BsonDocument document = new BsonDocument("a", new BsonString(text));
    assertThat(bytes(document)).isEqualTo(byTheLibrary(document));
    if (text.indexOf('\0') < 0) {
      BsonDocument named = new BsonDocument(text, new BsonString(text.repeat(1000)));
      assertThat(bytes(named)).isEqualTo(byTheLibrary(named));
    }
  }

  @Test
  void aNameWithANulIsRefusedAsByTheLibrary() {
    BsonDocument document = new BsonDocument("a\0b", new BsonString("text"));
    assertThatThrownBy(() -> RawDocuments.of(document))
        .isInstanceOf(BsonSerializationException.class)
        .hasMessageContaining("null character");
  }
}
