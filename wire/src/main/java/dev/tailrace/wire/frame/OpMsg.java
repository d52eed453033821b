package dev.tailrace.wire.frame;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.bytes.LittleEndian;
import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The message that carries every command and every reply since MongoDB 3.6 (OP_MSG specification).
 *
 * @param requestId the sender's number for this message
 * @param responseTo the message that this one answers; 0 in a request
 * @param flagBits the flags, {@link #CHECKSUM_PRESENT} and its like. Optional ones (bits 16 to 31)
 *     that we do not know are kept and mean nothing
 * @param body the section of kind 0
 * @param sequences the sections of kind 1, in the order in which they came; no two of one
 *     identifier
 */
public record OpMsg(
    int requestId,
    int responseTo,
    int flagBits,
    DocumentSlice body,
    List<DocumentSequence> sequences)
    implements Message {

  /** The opcode of this kind of message. */
  public static final int OP_CODE = 2013;

  /** Flag: the message ends with the CRC-32C of all bytes before. */
  public static final int CHECKSUM_PRESENT = 1;

  /**
   * Flag: in a request, that no reply is wanted; in a reply, that another one follows without being
   * asked for.
   */
  public static final int MORE_TO_COME = 1 << 1;

  /** Flag of a request: the client is prepared for replies with {@link #MORE_TO_COME}. */
  public static final int EXHAUST_ALLOWED = 1 << 16;

  /** Bits 0 to 15 must be understood; bits 16 to 31 may be ignored. */
  private static final int UNKNOWN_REQUIRED_BITS = 0xFFFF & ~(CHECKSUM_PRESENT | MORE_TO_COME);

  private static final int BODY = 0;
  private static final int DOCUMENT_SEQUENCE = 1;

  public OpMsg {
    requireNonNull(body, "body");
    sequences = List.copyOf(sequences);
  }

  /** Whether the message came with a checksum (which was right, or there would be no message). */
  public boolean checksumPresent() {
    return (flagBits & CHECKSUM_PRESENT) != 0;
  }

  /** Whether the sender keeps the turn: see {@link #MORE_TO_COME}. */
  public boolean moreToCome() {
    return (flagBits & MORE_TO_COME) != 0;
  }

  /** Whether the client takes several replies: see {@link #EXHAUST_ALLOWED}. */
  public boolean exhaustAllowed() {
    return (flagBits & EXHAUST_ALLOWED) != 0;
  }

  @Override
  public void checkDocuments() throws BadMessageException {
    DocumentCheck.check(body);
    for (DocumentSequence sequence : sequences) {
      for (DocumentSlice document : sequence.documents()) {
        DocumentCheck.check(document);
      }
    }
  }

  /**
   * A message without document sequences, ready to send.
   *
   * @return the frame, from position to limit of a buffer with an accessible array
   * @throws IllegalArgumentException if it would be longer than {@link
   *     MessageHeader#MAX_MESSAGE_SIZE_BYTES}, or a required flag bit is unknown
   */
  public static ByteBuffer encode(int requestId, int responseTo, int flagBits, BsonDocument body) {
    return encode(requestId, responseTo, flagBits, body, List.of());
  }

  /**
   * A message, ready to send. With {@link #CHECKSUM_PRESENT} among the flags it gets its checksum.
   *
   * @return the frame, from position to limit of a buffer with an accessible array
   * @throws IllegalArgumentException if it would be longer than {@link
   *     MessageHeader#MAX_MESSAGE_SIZE_BYTES}, or a required flag bit is unknown
   */
  public static ByteBuffer encode(
      int requestId,
      int responseTo,
      int flagBits,
      BsonDocument body,
      List<DocumentSequence> sequences) {
    if ((flagBits & UNKNOWN_REQUIRED_BITS) != 0) {
      throw new IllegalArgumentException(
          "flagBits with an unknown required bit: 0x" + Integer.toHexString(flagBits));
    }
    FrameWriter out = new FrameWriter(requestId, responseTo, OP_CODE, body).int32(flagBits);
    out.int8(BODY).document(body);
    for (DocumentSequence sequence : sequences) {
      out.int8(DOCUMENT_SEQUENCE);
      int start = out.position();
      out.int32(0).cstring(sequence.identifier());
      sequence.documents().forEach(out::document);
      out.int32At(start, out.position() - start);
    }
    return (flagBits & CHECKSUM_PRESENT) != 0 ? out.finishWithChecksum() : out.finish();
  }

  static OpMsg decode(Frame frame) throws BadMessageException {
    byte[] bytes = frame.bytes();
    FrameCursor start = FrameCursor.afterHeader(frame);
    int flagBits = start.int32("flagBits");
    if ((flagBits & UNKNOWN_REQUIRED_BITS) != 0) {
      throw new BadMessageException(
          "no required flag bits but 0 (checksumPresent) and 1 (moreToCome)",
          "0x" + Integer.toHexString(flagBits),
          MessageHeader.LENGTH);
    }
    int end = bytes.length;
    if ((flagBits & CHECKSUM_PRESENT) != 0) {
      end -= Integer.BYTES;
      checkChecksum(bytes, start.position(), end);
    }
    return decodeSections(frame.header(), flagBits, new FrameCursor(bytes, start.position(), end));
  }

  private static void checkChecksum(byte[] bytes, int sections, int end)
      throws BadMessageException {
    if (end < sections) {
      throw new BadMessageException("a checksum of 4 bytes", "the end of the message", sections);
    }
    int sent = LittleEndian.int32(bytes, end);
    int computed = FrameWriter.checksum(bytes, end);
    if (sent != computed) {
      throw new BadMessageException(
          "checksum 0x" + Integer.toHexString(computed), "0x" + Integer.toHexString(sent), end);
    }
  }

  private static OpMsg decodeSections(MessageHeader header, int flagBits, FrameCursor in)
      throws BadMessageException {
    @Nullable DocumentSlice body = null;
    List<DocumentSequence> sequences = new ArrayList<>();
    Set<String> identifiers = new HashSet<>();
    while (in.hasRemaining()) {
      int sectionOffset = in.position();
      byte kind = in.int8("section kind");
      if (kind == BODY && body == null) {
        body = in.document();
      } else if (kind == DOCUMENT_SEQUENCE) {
        DocumentSequence sequence = decodeSequence(in);
        if (!identifiers.add(sequence.identifier())) {
          throw new BadMessageException(
              "each sequence identifier once", sequence.identifier() + " again", sectionOffset);
        }
        sequences.add(sequence);
      } else {
        throw new BadMessageException(
            "one section of kind 0 and others of kind 1",
            kind == BODY ? "a second one of kind 0" : "kind " + (kind & 0xFF),
            sectionOffset);
      }
    }
    if (body == null) {
      throw new BadMessageException("a section of kind 0", "none", in.position());
    }
    return new OpMsg(header.requestId(), header.responseTo(), flagBits, body, sequences);
  }

  private static DocumentSequence decodeSequence(FrameCursor in) throws BadMessageException {
    int size = in.int32("sequence size"); // Counts itself.
    FrameCursor part = in.part(size - Integer.BYTES, "document sequence");
    String identifier = part.cstring("sequence identifier");
    List<DocumentSlice> documents = new ArrayList<>();
    while (part.hasRemaining()) {
      documents.add(part.document());
    }
    return new DocumentSequence(identifier, documents);
  }
}
