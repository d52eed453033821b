package dev.tailrace.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTest {

  private static final BsonDocument PING = BsonDocument.parse("{ping: 1}");

  /** The bytes are written out by hand from the OP_MSG specification. */
  @Test
  void opMsgOnTheWire() throws BadMessageException {
    ByteBuffer encoded = OpMsg.encode(1, 2, 0, PING);

    assertThat(HexFormat.of().formatHex(Frames.bytes(encoded)))
        .isEqualTo(
            ("24000000 01000000 02000000 dd070000" // header
                    + "00000000" // flagBits
                    + "00 0f000000 10 70696e6700 01000000 00") // body
                .replace(" ", ""));
    OpMsg decoded = (OpMsg) Message.decode(Frames.of(encoded));
    assertThat(decoded.requestId()).isEqualTo(1);
    assertThat(decoded.responseTo()).isEqualTo(2);
    assertThat(decoded.body().asDocument()).isEqualTo(PING);
    assertThat(decoded.sequences()).isEmpty();
  }

  @Test
  void sectionsComeInAnyOrder() throws BadMessageException {
    OpMsg decoded =
        (OpMsg)
            Message.decode(
                Frames.of(
                    OpMsg.OP_CODE,
                    "00000000" + "01 13000000 646f637300 0500000000 0500000000" + "00 0500000000"));

    assertThat(decoded.sequences()).hasSize(1);
    assertThat(decoded.sequences().get(0).identifier()).isEqualTo("docs");
    assertThat(decoded.sequences().get(0).documents()).hasSize(2);
    assertThat(decoded.body().length()).isEqualTo(5);
  }

  @Test
  void optionalFlagBitsThatNobodyKnowsMeanNothing() throws BadMessageException {
    OpMsg decoded = (OpMsg) Message.decode(Frames.of(OpMsg.OP_CODE, "0000feff 00 0500000000"));

    assertThat(decoded.exhaustAllowed()).isFalse();
    assertThat(decoded.moreToCome()).isFalse();
    assertThat(decoded.checksumPresent()).isFalse();
  }

  @Test
  void opQueryOnTheWire() throws BadMessageException {
    ByteBuffer encoded = OpQuery.encode(5, "admin", PING);

    assertThat(HexFormat.of().formatHex(Frames.bytes(encoded)))
        .isEqualTo(
            ("36000000 05000000 00000000 d4070000" // header
                    + "04000000" // flags: secondaryOk
                    + "61646d696e2e24636d6400" // admin.$cmd
                    + "00000000 ffffffff" // numberToSkip, numberToReturn
                    + "0f000000 10 70696e6700 01000000 00")
                .replace(" ", ""));
    OpQuery decoded = (OpQuery) Message.decode(Frames.of(encoded));
    assertThat(decoded.requestId()).isEqualTo(5);
    assertThat(decoded.responseTo()).isZero();
    assertThat(decoded.flagBits()).isEqualTo(OpQuery.SECONDARY_OK);
    assertThat(decoded.fullCollectionName()).isEqualTo("admin.$cmd");
    assertThat(decoded.numberToReturn()).isEqualTo(-1);
    assertThat(decoded.query().asDocument()).isEqualTo(PING);
  }

  @Test
  void aSelectorOfFieldsIsReadOver() throws BadMessageException {
    Message decoded =
        Message.decode(
            Frames.of(
                OpQuery.OP_CODE,
                "00000000 612e24636d6400 00000000 01000000 0500000000 0500000000"));

    assertThat(((OpQuery) decoded).query().length()).isEqualTo(5);
  }

  @Test
  void opReplyOnTheWire() throws BadMessageException {
    ByteBuffer encoded = OpReply.encode(8, 5, OpReply.AWAIT_CAPABLE, PING);

    assertThat(HexFormat.of().formatHex(Frames.bytes(encoded)))
        .isEqualTo(
            ("33000000 08000000 05000000 01000000" // header
                    + "08000000" // responseFlags: awaitCapable
                    + "0000000000000000 00000000 01000000" // cursorID, startingFrom, numberReturned
                    + "0f000000 10 70696e6700 01000000 00")
                .replace(" ", ""));
    OpReply decoded = (OpReply) Message.decode(Frames.of(encoded));
    assertThat(decoded.requestId()).isEqualTo(8);
    assertThat(decoded.responseTo()).isEqualTo(5);
    assertThat(decoded.responseFlags()).isEqualTo(OpReply.AWAIT_CAPABLE);
    assertThat(decoded.document().asDocument()).isEqualTo(PING);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatOpMsgEncodesItDecodes(
      @ForAll int requestId,
      @ForAll int responseTo,
      @ForAll("flagBits") int flagBits,
      @ForAll("documents") BsonDocument body,
      @ForAll("sequences") List<DocumentSequence> sequences)
      throws BadMessageException {
    ByteBuffer encoded = OpMsg.encode(requestId, responseTo, flagBits, body, sequences);

    OpMsg decoded = (OpMsg) Message.decode(Frames.of(encoded));

    decoded.checkDocuments();
    assertThat(decoded.requestId()).isEqualTo(requestId);
    assertThat(decoded.responseTo()).isEqualTo(responseTo);
    assertThat(decoded.flagBits()).isEqualTo(flagBits);
    assertThat(decoded.body().asDocument()).isEqualTo(body);
    assertThat(decoded.sequences())
        .usingElementComparator(MessageTest::compareByContent)
        .isEqualTo(sequences);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aChecksumCatchesAnyFlippedBit(
      @ForAll("documents") BsonDocument body, @ForAll int position, @ForAll byte bits)
      throws BadMessageException {
    ByteBuffer encoded = OpMsg.encode(1, 0, OpMsg.CHECKSUM_PRESENT, body);
    Message.decode(Frames.of(encoded.duplicate()));
    int flagsEnd = MessageHeader.LENGTH + Integer.BYTES;
    int flipped = flagsEnd + Math.floorMod(position, encoded.limit() - flagsEnd);
    byte flip = bits == 0 ? 1 : bits;
    encoded.put(flipped, (byte) (encoded.get(flipped) ^ flip));

    assertThatThrownBy(() -> Message.decode(Frames.of(encoded)))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void documentsAreViewsOfTheFrame() throws BadMessageException {
    Frame frame = Frames.of(OpMsg.encode(1, 0, 0, PING));

    assertThat(((OpMsg) Message.decode(frame)).body().buffer()).isSameAs(frame.bytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          opCode | payload                                      | expected, found
          # Opcodes of old and of later are not for us.
          2012   | 00000000                                     | expected opCode OP_MSG (2013), OP_QUERY (2004) or OP_REPLY (1), found 2012
          0      | 00000000                                     | found 0
          # OP_MSG: flags
          2013   |                                              | expected flagBits of 4 bytes or more, found 0 bytes left
          2013   | 000000                                       | found 3 bytes left
          2013   | 04000000 00 0500000000                       | expected no required flag bits but 0 (checksumPresent) and 1 (moreToCome), found 0x4
          2013   | 00800000 00 0500000000                       | found 0x8000
          # OP_MSG: sections
          2013   | 00000000                                     | expected a section of kind 0, found none
          2013   | 00000000 02 0500000000                       | expected one section of kind 0 and others of kind 1, found kind 2
          2013   | 00000000 00 0500000000 00 0500000000         | found a second one of kind 0
          2013   | 00000000 00 0500000000 05                    | found kind 5
          2013   | 00000000 00 04000000                         | found length 4
          2013   | 00000000 00 0400000000                       | expected a document within 5 bytes, found length 4
          2013   | 00000000 00 0600000000                       | found length 6
          2013   | 00000000 00 ffffffff00                       | found length -1
          2013   | 00000000 00 0500000001                       | expected a zero byte at the end of the document, found 0x1
          # OP_MSG: document sequences
          2013   | 00000000 01 0600                             | expected sequence size of 4 bytes or more
          2013   | 00000000 01 03000000 00                      | expected document sequence within
          2013   | 00000000 01 00000080 00                      | expected document sequence within
          2013   | 00000000 01 ffffff7f 00                      | expected document sequence within
          2013   | 00000000 01 04000000                         | expected sequence identifier to be terminated
          2013   | 00000000 01 06000000 6162                    | expected sequence identifier to be terminated
          2013   | 00000000 01 0b000000 6100 06000000 00        | expected a document within 5 bytes, found length 6
          2013   | 00000000 01 07000000 6100 05                 | found length 1
          2013   | 00000000 01 06000000 6100 01 06000000 6100   | expected each sequence identifier once, found a again
          2013   | 00000000 01 06000000 6100                    | expected a section of kind 0, found none
          # OP_MSG: checksum
          2013   | 01000000                                     | expected a checksum of 4 bytes, found the end of the message
          2013   | 01000000 0000                                | expected a checksum of 4 bytes
          2013   | 01000000 00 0500000000 00000000              | found 0x0
          # OP_QUERY
          2004   | 00000000 61                                  | expected fullCollectionName to be terminated
          2004   | 00000000 6100 00000000                       | expected numberToReturn of 4 bytes
          2004   | 00000000 6100 00000000 01000000              | expected a document within 0 bytes
          2004   | 00000000 6100 00000000 01000000 0500000000 05 | expected a document within 1 bytes
          2004   | 00000000 6100 00000000 01000000 0500000000 0500000000 05 | expected the end of the message, found 1 more bytes
          # OP_REPLY
          1      | 08000000 00000000                            | expected cursorID of 8 bytes
          1      | 08000000 0000000000000000 00000000 00000000  | expected numberReturned 1, found 0
          1      | 08000000 0000000000000000 00000000 02000000  | expected numberReturned 1, found 2
          1      | 08000000 0000000000000000 00000000 01000000  | expected a document within 0 bytes
          1      | 08000000 0000000000000000 00000000 01000000 0500000000 00 | expected the end of the message
          """)
  void malformed(int opCode, @Nullable String payload, String message) throws BadMessageException {
    Frame frame = Frames.of(opCode, payload == null ? "" : payload);

    assertThatThrownBy(() -> Message.decode(frame))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aMessageThatNobodyWouldTakeIsNotMade() {
    BsonDocument large = new BsonDocument("blob", new BsonBinary(new byte[48_000_000]));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpMsg.encode(1, 0, 0, large))
        .withMessageContaining("maxMessageSizeBytes");
    assertThatIllegalArgumentException().isThrownBy(() -> OpMsg.encode(1, 0, 1 << 3, PING));
  }

  @Provide
  Arbitrary<BsonDocument> documents() {
    return BsonArbitraries.documents();
  }

  @Provide
  Arbitrary<Integer> flagBits() {
    return Arbitraries.of(
        0,
        OpMsg.CHECKSUM_PRESENT,
        OpMsg.MORE_TO_COME,
        OpMsg.EXHAUST_ALLOWED,
        OpMsg.CHECKSUM_PRESENT | OpMsg.MORE_TO_COME | OpMsg.EXHAUST_ALLOWED);
  }

  @Provide
  Arbitrary<List<DocumentSequence>> sequences() {
    Arbitrary<List<DocumentSlice>> slices =
        BsonArbitraries.documents().map(MessageTest::slice).list().ofMaxSize(3);
    return Arbitraries.strings()
        .alpha()
        .ofMinLength(1)
        .ofMaxLength(3)
        .list()
        .uniqueElements()
        .ofMaxSize(2)
        .flatMap(
            identifiers ->
                slices
                    .list()
                    .ofSize(identifiers.size())
                    .map(
                        lists ->
                            IntStream.range(0, identifiers.size())
                                .mapToObj(
                                    i -> new DocumentSequence(identifiers.get(i), lists.get(i)))
                                .toList()));
  }

  private static DocumentSlice slice(BsonDocument document) {
    byte[] bytes =
        Frames.bytes(
            new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().asNIO());
    return new DocumentSlice(bytes, 0, bytes.length);
  }

  private static int compareByContent(DocumentSequence a, DocumentSequence b) {
    return describe(a).compareTo(describe(b));
  }

  private static String describe(DocumentSequence sequence) {
    return sequence.identifier()
        + sequence.documents().stream().map(slice -> slice.asDocument().toJson()).toList();
  }
}
