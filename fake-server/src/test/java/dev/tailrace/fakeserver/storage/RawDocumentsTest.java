package dev.tailrace.fakeserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonSerializationException;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents become the same bytes as the library makes of them, however their text is written. */
class RawDocumentsTest {

  private static final String EVERY_TYPE =
      """
      {"double": {"$numberDouble": "NaN"}, "string": "text", "document": {"a": {"b": "é"}},
       "empty": {}, "array": [1, {"a": []}], "binary": {"$binary": {"base64": "AQID", "subType": "00"}},
       "old": {"$binary": {"base64": "AQID", "subType": "02"}},
       "uuid": {"$uuid": "73ffd264-44b3-4c69-90e8-e7d1dfc035d4"},
       "undefined": {"$undefined": true}, "id": {"$oid": "57e193d7a9cc81b4027498b5"},
       "yes": true, "no": false, "date": {"$date": {"$numberLong": "-1"}}, "null": null,
       "regex": {"$regularExpression": {"pattern": "a", "options": "i"}},
       "pointer": {"$dbPointer": {"$ref": "a.b", "$id": {"$oid": "57e193d7a9cc81b4027498b5"}}},
       "code": {"$code": "x"}, "symbol": {"$symbol": "s"}, "scoped": {"$code": "x", "$scope": {"y": 1}},
       "int": {"$numberInt": "-7"}, "time": {"$timestamp": {"t": 4294967295, "i": 2}},
       "long": {"$numberLong": "-9223372036854775808"},
       "decimal": {"$numberDecimal": "1.50"}, "min": {"$minKey": 1}, "max": {"$maxKey": 1}}
      """;

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

  /** Every type, by itself and together with the others: what follows has to begin in its place. */
  @Test
  void everyTypeIsWrittenAsTheLibraryDoes() {
    BsonDocument all = BsonDocument.parse(EVERY_TYPE);
    all.forEach(
        (name, value) -> {
          BsonDocument alone = new BsonDocument(name, value);
          assertThat(bytes(alone)).as(name).isEqualTo(byTheLibrary(alone));
        });
    assertThat(bytes(all)).isEqualTo(byTheLibrary(all));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 18, 200})
  void nestingIsWrittenAsTheLibraryDoes(int levels) {
    BsonDocument document = BsonDocument.parse(EVERY_TYPE);
    for (int level = 0; level < levels; level++) {
      document = new BsonDocument("d", document).append("behind", new BsonString("text"));
    }
    assertThat(bytes(document)).isEqualTo(byTheLibrary(document));
  }

  @Test
  void documentsThatAreBytesAlreadyAreTakenIn() {
    BsonDocument all = BsonDocument.parse(EVERY_TYPE);
    byte[] larger = new byte[10 + byTheLibrary(all).length + 10];
    System.arraycopy(byTheLibrary(all), 0, larger, 10, larger.length - 20);
    RawBsonDocument inside = new RawBsonDocument(larger, 10, larger.length - 20);

    RawBsonDocument built = new DocumentBuilder().appendAll(inside).append("again", inside).build();

    BsonDocument expected = all.clone().append("again", all);
    assertThat(bytes(built)).isEqualTo(byTheLibrary(expected));
  }

  @Test
  void whatIsDeeperThanTheLibraryWritesIsRefused() {
    BsonDocument document = new BsonDocument();
    for (int level = 0; level < 2000; level++) {
      document = new BsonDocument("d", document);
    }
    BsonDocument tooDeep = document;
    assertThatThrownBy(() -> RawDocuments.of(tooDeep))
        .isInstanceOf(BsonSerializationException.class);
  }
}
