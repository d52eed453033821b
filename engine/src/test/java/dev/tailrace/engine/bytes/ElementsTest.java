package dev.tailrace.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.RawBsonDocument;
import org.bson.UuidRepresentation;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementsTest {

  /** One element of every type there is, with names that tell where one is. */
  private static final BsonDocument EVERY_TYPE =
      BsonDocument.parse(
              """
              {double: {$numberDouble: "1.5"}, string: "text", document: {a: {$numberInt: "1"}},
               array: [{$numberInt: "1"}, "two"], binary: {$binary: {base64: "AQID", subType: "00"}},
               undef: {$undefined: true}, objectId: {$oid: "0123456789abcdef01234567"}, bool: true,
               date: {$date: {$numberLong: "5"}}, nil: null,
               regex: {$regularExpression: {pattern: "p", options: "i"}}, code: {$code: "f()"},
               symbol: {$symbol: "s"}, scoped: {$code: "g()", $scope: {x: {$numberInt: "1"}}},
               int32: {$numberInt: "7"}, timestamp: {$timestamp: {t: 3, i: 4}},
               int64: {$numberLong: "8"}, decimal: {$numberDecimal: "1.0"}, min: {$minKey: 1},
               max: {$maxKey: 1}}
              """)
          .append("pointer", new BsonDbPointer("n", new ObjectId("0123456789abcdef01234567")));

  private static final byte[] EVERY_TYPE_BYTES = bytes(EVERY_TYPE);

  @Test
  void stepsOverEveryType() {
    Elements elements = Elements.of(whole(EVERY_TYPE_BYTES));
    List<String> names = new ArrayList<>();
    while (elements.next()) {
      names.add(elements.name());
    }

    assertThat(names).containsExactlyElementsOf(EVERY_TYPE.keySet());
    assertThat(elements.next()).isFalse();
  }

  @Test
  void readsValuesInPlace() {
    byte[] padded = new byte[EVERY_TYPE_BYTES.length + 20];
    System.arraycopy(EVERY_TYPE_BYTES, 0, padded, 9, EVERY_TYPE_BYTES.length);
    DocumentSlice slice = new DocumentSlice(padded, 9, EVERY_TYPE_BYTES.length);

    assertThat(at(slice, "string").string()).isEqualTo("text");
    assertThat(at(slice, "string").isString("text")).isTrue();
    assertThat(at(slice, "string").isString("tex")).isFalse();
    assertThat(at(slice, "string").isString("next")).isFalse();
    assertThat(at(slice, "symbol").isString("s")).isFalse();
    assertThat(at(slice, "int32").int32()).isEqualTo(7);
    assertThat(at(slice, "int64").int64()).isEqualTo(8);
    assertThat(at(slice, "date").dateTime()).isEqualTo(5);
    assertThat(at(slice, "timestamp").timestamp()).isEqualTo(new BsonTimestamp(3, 4));
    assertThat(at(slice, "double").number()).isEqualTo(1.5);
    assertThat(at(slice, "int32").number()).isEqualTo(7);
    assertThat(at(slice, "int64").number()).isEqualTo(8);
    assertThat(at(slice, "document").document(BsonType.DOCUMENT).asDocument())
        .isEqualTo(BsonDocument.parse("{a: 1}"));
    assertThat(at(slice, "document").document(BsonType.DOCUMENT).buffer()).isSameAs(padded);
    Elements array = at(slice, "array").elements(BsonType.ARRAY);
    assertThat(array.nextNamed("1")).isTrue();
    assertThat(array.string()).isEqualTo("two");
    assertThat(at(slice, "nil").is(BsonType.NULL)).isTrue();
    assertThat(Elements.of(slice).nextNamed("ni")).isFalse();
    assertThat(Elements.of(slice).nextNamed("nils")).isFalse();
  }

  @Test
  void readsUuidsAndNoOtherBinary() {
    UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    DocumentSlice slice =
        whole(
            bytes(
                new BsonDocument("uuid", new BsonBinary(uuid, UuidRepresentation.STANDARD))
                    .append("old", new BsonBinary(uuid, UuidRepresentation.JAVA_LEGACY))
                    .append(
                        "short", new BsonBinary(BsonBinarySubType.UUID_STANDARD, new byte[3]))));

    assertThat(at(slice, "uuid").uuid()).isEqualTo(uuid);
    assertThatThrownBy(() -> at(slice, "old").uuid())
        .isInstanceOf(MalformedBsonException.class)
        .hasMessageContaining("expected \"old\" to be a UUID")
        .hasMessageContaining("found subtype 3 and 16 bytes");
    assertThatThrownBy(() -> at(slice, "short").uuid())
        .isInstanceOf(MalformedBsonException.class)
        .hasMessageContaining("found subtype 4 and 3 bytes");
  }

  @Test
  void aValueOfAnotherTypeIsRefusedByNameAndTypes() {
    DocumentSlice slice = whole(EVERY_TYPE_BYTES);

    assertThatThrownBy(() -> at(slice, "int32").int64())
        .isInstanceOf(MalformedBsonException.class)
        .hasMessageContaining("expected \"int32\" to be int64, found int32 (offset ");
    assertThatThrownBy(() -> at(slice, "int64").int32())
        .hasMessageContaining("to be int32, found int64");
    assertThatThrownBy(() -> at(slice, "timestamp").dateTime())
        .hasMessageContaining("to be date time, found timestamp");
    assertThatThrownBy(() -> at(slice, "string").uuid())
        .hasMessageContaining("to be binary, found string");
    assertThatThrownBy(() -> at(slice, "string").number())
        .hasMessageContaining("to be a number, found string");
    assertThatThrownBy(() -> at(slice, "array").document(BsonType.DOCUMENT))
        .hasMessageContaining("to be document, found array");
    assertThatThrownBy(() -> at(slice, "int64").timestamp())
        .hasMessageContaining("to be timestamp, found int64");
    assertThatThrownBy(() -> at(slice, "code").string())
        .hasMessageContaining("to be string, found javascript");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          what is wrong                          | bytes
          shorter than any document              | 04000000
          longer than the slice                  | 0600000000
          negative length                        | FFFFFFFF00
          no zero at the end                     | 0500000001
          unknown type                           | 0A0000002061000000 00
          an end inside                          | 0A0000000061000000 00
          a name that never ends                 | 0800000010616161
          an int32 that is cut off               | 0A000000106100010200
          a string of length 0                   | 0D0000000261000000000000 00
          a string longer than its document      | 0D0000000261007F00000000 00
          a string of negative length            | 0D000000026100FFFFFFFF00 00
          binary of negative length              | 0D000000056100FFFFFFFF00 00
          binary longer than its document        | 0D0000000561000100000000 00
          a document longer than its parent      | 0D0000000361000900000000 00
          a document that is cut off             | 0A000000036100050000 00
          a pattern that never ends              | 0A0000000B61007878 7800
          code with scope of too small a size    | 0D0000000F61000400000000 00
          """)
  void brokenBytesAreRefused(String what, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThatThrownBy(() -> walk(whole(bytes)))
        .as(what)
        .isInstanceOf(MalformedBsonException.class);
  }

  @Test
  void aSliceLongerThanItsDocumentIsRefused() {
    byte[] bytes = {5, 0, 0, 0, 0, 0};

    assertThatThrownBy(() -> Elements.of(new DocumentSlice(bytes, 0, 6)))
        .isInstanceOf(MalformedBsonException.class)
        .hasMessage("expected a document of 6 bytes, found 5 bytes (offset 0)");
  }

  /** Whatever byte is changed, and wherever the bytes end: no other exception, no way out. */
  @Property
  void anyOtherByteIsBornePatiently(
      @ForAll @IntRange(max = 400) int position,
      @ForAll byte value,
      @ForAll @IntRange(max = 400) int length) {
    byte[] mutated = EVERY_TYPE_BYTES.clone();
    mutated[position % mutated.length] = value;
    int end = Math.max(0, mutated.length - length % mutated.length);
    try {
      walk(new DocumentSlice(mutated, 0, end));
    } catch (MalformedBsonException expected) {
      assertThat(expected).hasMessageContaining("offset");
    }
  }

  private static void walk(DocumentSlice slice) {
    Elements elements = Elements.of(slice);
    while (elements.next()) {
      assertThat(elements.name()).isNotNull();
    }
  }

  private static Elements at(DocumentSlice slice, String name) {
    Elements elements = Elements.of(slice);
    assertThat(elements.nextNamed(name)).isTrue();
    return elements;
  }

  private static DocumentSlice whole(byte[] bytes) {
    return new DocumentSlice(bytes, 0, bytes.length);
  }

  private static byte[] bytes(BsonDocument document) {
    ByteBuffer buffer =
        new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().asNIO();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
