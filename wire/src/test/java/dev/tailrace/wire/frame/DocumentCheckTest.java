package dev.tailrace.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.DocumentSlice;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentCheckTest {

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatTheLibraryWritesPasses(@ForAll("documents") BsonDocument document)
      throws BadMessageException {
    DocumentCheck.check(slice(bytes(document)));
  }

  /** The point of the check: what passes is safe for the library, whatever was done to it. */
  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  void whatPassesTheLibraryCanRead(
      @ForAll("documents") BsonDocument document, @ForAll int position, @ForAll byte value) {
    byte[] bytes = bytes(document);
    bytes[Math.floorMod(position, bytes.length)] = value;

    boolean passes = passes(bytes);

    Statistics.label("passes").collect(passes);
    if (passes) {
      assertThatCode(() -> new RawBsonDocument(bytes).decode(new BsonDocumentCodec()))
          .doesNotThrowAnyException();
    }
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void noPartOfADocumentIsADocument(@ForAll("documents") BsonDocument document) {
    byte[] bytes = bytes(document);

    for (int length = 0; length < bytes.length; length++) {
      assertThat(passes(Arrays.copyOf(bytes, length))).isFalse();
    }
  }

  @Test
  void aDocumentMayLieInTheMiddleOfABuffer() throws BadMessageException {
    byte[] bytes = HexFormat.of().parseHex("ffff" + "080000000a610000" + "ffff");

    DocumentCheck.check(new DocumentSlice(bytes, 2, 8));
  }

  @Test
  void twoHundredLevelsAndNoMore() throws BadMessageException {
    DocumentCheck.check(slice(bytes(nested(200))));

    assertThatThrownBy(() -> DocumentCheck.check(slice(bytes(nested(201)))))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("at most 200 levels of nested documents");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          elements (hex)                                     | at | problem
          # Every type, once; nothing wrong.
          01 6100 0000000000000000                           | -  | -
          02 6100 02000000 6200                              | -  | -
          03 6100 0500000000                                 | -  | -
          04 6100 0500000000                                 | -  | -
          05 6100 01000000 00 ff                             | -  | -
          05 6100 05000000 02 01000000 ff                    | -  | -
          06 6100                                            | -  | -
          07 6100 000000000000000000000000                   | -  | -
          08 6100 01                                         | -  | -
          09 6100 0000000000000000                           | -  | -
          0a 6100                                            | -  | -
          0b 6100 6200 6900                                  | -  | -
          0c 6100 02000000 6200 000000000000000000000000     | -  | -
          0d 6100 02000000 6200                              | -  | -
          0e 6100 02000000 6200                              | -  | -
          0f 6100 0f000000 02000000 6200 0500000000          | -  | -
          10 6100 00000000                                   | -  | -
          11 6100 0000000000000000                           | -  | -
          12 6100 0000000000000000                           | -  | -
          13 6100 00000000000000000000000000000000           | -  | -
          ff 6100                                            | -  | -
          7f 6100                                            | -  | -
          # Types that are none
          14 6100                                            | 4  | found type 0x14
          00                                                 | 4  | expected an element, up to the end of the document at 5, found type 0x0
          fe 6100                                            | 4  | found type 0xfe
          # Names and values that do not end
          0a 61                                              | 5  | expected a zero byte before the end of the document
          01 6100 00000000000000                             | 7  | expected a value within the 7 bytes left of the document, found 8 bytes
          10 6100 000000                                     | 7  | found 4 bytes
          07 6100 0000000000000000000000                     | 7  | found 12 bytes
          13 6100 000000000000000000000000000000             | 7  | found 16 bytes
          08 6100                                            | 7  | found 1 bytes
          08 6100 02                                         | 7  | expected a boolean of 0 or 1, found 2
          # Strings
          02 6100 000000                                     | 7  | found 4 bytes
          02 6100 00000000                                   | 7  | expected a string that ends with a zero byte, found length 0
          02 6100 03000000 6200                              | 11 | found 3 bytes
          02 6100 ffffffff 6200                              | 11 | found -1 bytes
          02 6100 ffffff7f 6200                              | 11 | found 2147483647 bytes
          02 6100 01000000 6200                              | 7  | expected a string that ends with a zero byte
          0b 6100 62                                         | 7  | expected a zero byte
          0b 6100 6200 69                                    | 9  | expected a zero byte
          0c 6100 02000000 6200 0000000000000000000000       | 13 | found 12 bytes
          # Documents
          03 6100 0400000000                                 | 7  | found length 4
          03 6100 0600000000                                 | 7  | expected a document within 5 bytes, found length 6
          03 6100 0500000001                                 | 11 | expected a zero byte at the end of the document, found 0x1
          03 6100 08000000 00 000000                         | 11 | expected an element
          04 6100 0800000014 610000                          | 11 | found type 0x14
          # Binary
          05 6100 02000000 00 ff                             | 12 | found 2 bytes
          05 6100 ffffffff 00 ff                             | 12 | found -1 bytes
          05 6100 01000000                                   | 11 | found 1 bytes
          05 6100 05000000 02 02000000 ff                    | 12 | expected binary of subtype 2 with inner length 1, found 2
          05 6100 03000000 02 000000                         | 12 | found
          # The inner length would run into the next element, and come out right.
          05 6100 03000000 02 ffffff ff 6200                 | 12 | found -1
          # Code with scope
          0f 6100 10000000 02000000 6200 0500000000          | 7  | expected code with scope of 15 bytes, found length 16
          0f 6100 0f000000 03000000 6200 0500000000          | 11 | expected a string that ends with a zero byte
          0f 6100 0f000000 02000000 6200 0600000000          | 17 | found length 6
          0f 6100 12000000 02000000 6200 0800000014 610000   | 21 | found type 0x14
          """)
  void structure(String elements, @Nullable Integer at, @Nullable String problem) {
    byte[] document = document(elements);

    if (problem == null) {
      assertThat(passes(document)).isTrue();
    } else {
      assertThatThrownBy(() -> DocumentCheck.check(slice(document)))
          .isInstanceOf(BadMessageException.class)
          .hasMessageContaining(problem)
          .extracting(e -> ((BadMessageException) e).offset())
          .isEqualTo(at);
    }
  }

  /** A document around {@code elements}, its length and terminator right. */
  private static byte[] document(String elements) {
    byte[] inside = HexFormat.of().parseHex(elements.replace(" ", ""));
    byte[] document = new byte[Integer.BYTES + inside.length + 1];
    document[0] = (byte) document.length;
    System.arraycopy(inside, 0, document, Integer.BYTES, inside.length);
    return document;
  }

  private static BsonDocument nested(int levels) {
    BsonDocument document = new BsonDocument("a", new BsonInt32(1));
    for (int i = 0; i < levels; i++) {
      document = new BsonDocument("a", document);
    }
    return document;
  }

  private static boolean passes(byte[] bytes) {
    try {
      DocumentCheck.check(slice(bytes));
      return true;
    } catch (BadMessageException e) {
      return false;
    }
  }

  private static DocumentSlice slice(byte[] bytes) {
    return new DocumentSlice(bytes, 0, bytes.length);
  }

  private static byte[] bytes(BsonDocument document) {
    return Frames.bytes(
        new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().asNIO());
  }

  @Provide
  Arbitrary<BsonDocument> documents() {
    return BsonArbitraries.documents();
  }
}
