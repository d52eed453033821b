package dev.tailrace.engine.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bson.BsonDocument;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonNull;
import org.bson.Document;
import org.bson.RawBsonArray;
import org.bson.RawBsonDocument;
import org.bson.codecs.Decoder;
import org.bson.codecs.DocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeEventTest {

  private static final String UPDATE =
      """
      {_id: {_data: "82"}, operationType: "update", fullDocument: {_id: 1, a: "x"},
       documentKey: {_id: 1}, fullDocumentBeforeChange: null}
      """;

  @Test
  void documentsAreHandedOutInPlace() {
    DocumentSlice bytes = Bytes.slice(UPDATE);
    ChangeEvent event = ChangeEvent.of(bytes);

    assertThat(event.document().getByteBuffer().array()).isSameAs(bytes.buffer());
    assertThat(event.fullDocument().orElseThrow().getByteBuffer().array()).isSameAs(bytes.buffer());
    assertThat(event.documentKey().orElseThrow().getByteBuffer().array()).isSameAs(bytes.buffer());
    assertThat(event.field("fullDocument")).containsInstanceOf(RawBsonDocument.class);
    assertThat(event.resumeToken().toDocument()).isEqualTo(BsonDocument.parse("{_data: '82'}"));
  }

  @Test
  void anEventOfADocumentIsThatDocumentInPlace() {
    DocumentSlice bytes = Bytes.slice(UPDATE);
    ChangeEvent event = ChangeEvent.of(bytes.asDocument());

    assertThat(event).isEqualTo(ChangeEvent.of(bytes));
    assertThat(event.document().getByteBuffer().array()).isSameAs(bytes.buffer());
    assertThat(event.operationType()).isSameAs(OperationType.UPDATE);
  }

  @Test
  void nullAndAbsentAreToldApartByField() {
    ChangeEvent event = ChangeEvent.of(Bytes.slice(UPDATE));

    assertThat(event.fullDocumentBeforeChange()).isEmpty();
    assertThat(event.field("fullDocumentBeforeChange")).contains(BsonNull.VALUE);
    assertThat(event.updateDescription()).isEmpty();
    assertThat(event.field("updateDescription")).isEmpty();
  }

  @Test
  void fieldsThatNobodyKnowsAreReached() {
    BsonDocument extra =
        BsonDocument.parse("{größe: 3, '': [1, {a: 2}], scoped: {$code: 'f', $scope: {x: 1}}}");
    ChangeEvent event = ChangeEvent.of(Bytes.slice(extra));

    extra.forEach((name, value) -> assertThat(event.field(name)).contains(value));
    assertThat(event.field("")).containsInstanceOf(RawBsonArray.class);
    assertThat(event.field("scoped")).containsInstanceOf(BsonJavaScriptWithScope.class);
    assertThat(event.field("grö")).isEmpty();
  }

  @Test
  void documentsAreDecodedByTheUsersDecoder() {
    ChangeEvent event = ChangeEvent.of(Bytes.slice(UPDATE));

    assertThat(event.fullDocument(new DocumentCodec()))
        .contains(new Document("_id", 1).append("a", "x"));
    assertThat(event.documentKey(new DocumentCodec())).contains(new Document("_id", 1));
    assertThat(event.fullDocumentBeforeChange(new DocumentCodec())).isEmpty();
  }

  @Test
  void whatADecoderThrowsComesThrough() {
    ChangeEvent event = ChangeEvent.of(Bytes.slice(UPDATE));
    IllegalStateException refusal = new IllegalStateException("not that one");
    Decoder<String> refusing =
        (reader, context) -> {
          throw refusal;
        };

    assertThatThrownBy(() -> event.fullDocument(refusing)).isSameAs(refusal);
  }

  @Test
  void aDecoderThatFailsOnBrokenBytesIsNotBlamed() {
    byte[] bytes = Bytes.bytes(BsonDocument.parse(UPDATE));
    int type = new String(bytes, ISO_8859_1).indexOf("\2a\0");
    bytes[type] = 0x44; // No type has this number.
    ChangeEvent event = ChangeEvent.of(Bytes.slice(bytes));

    assertThatThrownBy(() -> event.fullDocument(new DocumentCodec()))
        .isInstanceOf(MalformedBsonException.class)
        .hasMessageContaining("type 0x44")
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));
    assertThat(event.documentKey()).contains(RawBsonDocument.parse("{_id: 1}"));
    assertThat(event).asString().contains("bytes that are not BSON: expected an element");
  }

  @Test
  void aDocumentOfEndlessDepthIsMalformed() {
    ChangeEvent event = ChangeEvent.of(Bytes.slice(nested("fullDocument", 100_000)));

    assertThatThrownBy(() -> event.fullDocument(new DocumentCodec()))
        .isInstanceOf(MalformedBsonException.class)
        .hasMessageContaining("at most 200 levels");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      useHeadersInDisplayName = true,
      textBlock =
          """
          field                    | value                                  | message
          _id                      | "82"                                   | expected "_id" to be document, found string
          operationType            | 1                                      | expected "operationType" to be string, found int32
          clusterTime              | {$date: "2024-01-01T00:00:00Z"}        | expected "clusterTime" to be timestamp, found date time
          wallTime                 | {$timestamp: {t: 1, i: 1}}             | expected "wallTime" to be date time, found timestamp
          ns                       | "d.c"                                  | expected "ns" to be document, found string
          ns                       | {coll: "c"}                            | expected a field "db", found none
          ns                       | {db: 1}                                | expected "db" to be string, found int32
          ns                       | {db: "d", coll: 1}                     | expected "coll" to be string, found int32
          to                       | []                                     | expected "to" to be document, found array
          documentKey              | 1                                      | expected "documentKey" to be document, found int32
          fullDocument             | []                                     | expected "fullDocument" to be document, found array
          fullDocumentBeforeChange | true                                   | expected "fullDocumentBeforeChange" to be document, found boolean
          updateDescription        | 1                                      | expected "updateDescription" to be document, found int32
          updateDescription        | {updatedFields: []}                    | expected "updatedFields" to be document, found array
          updateDescription        | {removedFields: {}}                    | expected "removedFields" to be array, found document
          updateDescription        | {removedFields: ["a", 1]}              | expected "1" to be string, found int32
          updateDescription        | {truncatedArrays: [1]}                 | expected "0" to be document, found int32
          updateDescription        | {truncatedArrays: [{newSize: 1}]}      | expected a field "field", found none
          updateDescription        | {truncatedArrays: [{field: "a"}]}      | expected a field "newSize", found none
          updateDescription        | {disambiguatedPaths: []}               | expected "disambiguatedPaths" to be document, found array
          txnNumber                | {$numberInt: "1"}                      | expected "txnNumber" to be int64, found int32
          lsid                     | 1                                      | expected "lsid" to be document, found int32
          splitEvent               | 1                                      | expected "splitEvent" to be document, found int32
          splitEvent               | {fragment: 1}                          | expected a field "of", found none
          splitEvent               | {fragment: "1", of: 2}                 | expected "fragment" to be int32, found string
          nsType                   | 1                                      | expected "nsType" to be string, found int32
          collectionUUID           | "f2a8"                                 | expected "collectionUUID" to be binary, found string
          collectionUUID           | {$binary: {base64: "", subType: "04"}} | expected "collectionUUID" to be a UUID
          operationDescription     | "create"                               | expected "operationDescription" to be document, found string
          """)
  void aFieldOfAnotherTypeIsMalformed(String field, String value, String message) {
    BsonDocument event =
        BsonDocument.parse("{_id: {}, operationType: 'insert', clusterTime: null}");
    event.putAll(BsonDocument.parse("{" + field + ": " + value + "}"));
    ChangeEvent read = ChangeEvent.of(Bytes.slice(event));

    assertThatThrownBy(() -> Reading.of(read))
        .isInstanceOf(MalformedBsonException.class)
        .hasMessageContaining(message);
    assertThat(read.field(field)).contains(event.get(field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"{operationType: 'insert'} | _id", "{_id: {}} | operationType"})
  void whatEveryEventHasIsMissed(String event, String missing) {
    ChangeEvent read = ChangeEvent.of(Bytes.slice(event));

    assertThatThrownBy(() -> Reading.of(read))
        .isInstanceOf(MalformedBsonException.class)
        .hasMessageContaining("expected a field \"" + missing + "\", found none");
  }

  @Test
  void bytesAreNotLookedAtBeforeTheyAreAskedFor() {
    ChangeEvent event = ChangeEvent.of(new DocumentSlice(new byte[3], 0, 3));

    assertThatThrownBy(event::document).isInstanceOf(MalformedBsonException.class);
    assertThatThrownBy(event::operationType).isInstanceOf(MalformedBsonException.class);
    assertThat(event).asString().startsWith("3 bytes that are not BSON: ");
  }

  @Test
  void eventsAreEqualByTheirBytes() {
    ChangeEvent event = ChangeEvent.of(Bytes.slice(UPDATE));
    ChangeEvent elsewhere = ChangeEvent.of(RawBsonDocument.parse(UPDATE));
    ChangeEvent other = ChangeEvent.of(RawBsonDocument.parse(UPDATE.replace("82", "83")));

    assertThat(event).isEqualTo(elsewhere).hasSameHashCodeAs(elsewhere).isNotEqualTo(other);
    assertThat(event).hasToString(BsonDocument.parse(UPDATE).toJson());
  }

  /** A document with the one field, which has so many documents in each other. */
  private static byte[] nested(String field, int levels) {
    int sizeOfAll =
        5 + 8 * levels; // The innermost is empty; each around it has a name of one byte.
    int size = 4 + 1 + field.length() + 1 + sizeOfAll + 1;
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(size).put((byte) 3).put(field.getBytes(US_ASCII)).put((byte) 0);
    for (int level = levels; level > 0; level--) {
      bytes.putInt(5 + 8 * level).put((byte) 3).put((byte) 'a').put((byte) 0);
    }
    bytes.putInt(5);
    return bytes.array();
  }
}
