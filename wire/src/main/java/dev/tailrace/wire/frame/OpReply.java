package dev.tailrace.wire.frame;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import org.bson.BsonDocument;

/**
 * The answer to an {@link OpQuery}.
 *
 * @param requestId the sender's number for this message
 * @param responseTo the request that this one answers
 * @param responseFlags the flags; only {@link #QUERY_FAILURE} is of interest
 * @param document the reply to the command
 */
public record OpReply(int requestId, int responseTo, int responseFlags, DocumentSlice document)
    implements Message {

  /** The opcode of this kind of message. */
  public static final int OP_CODE = 1;

  /** Flag: the request failed as such, and the document says why in {@code $err}. */
  public static final int QUERY_FAILURE = 1 << 1;

  /** Flag: the server knows awaitData. Every server sets it. */
  public static final int AWAIT_CAPABLE = 1 << 3;

  /** A command gets one document, which is all that this opcode is read for. */
  private static final int NUMBER_RETURNED = 1;

  public OpReply {
    requireNonNull(document, "document");
  }

  @Override
  public void checkDocuments() throws BadMessageException {
    DocumentCheck.check(document);
  }

  /**
   * The reply to a command, ready to send.
   *
   * @return the frame, from position to limit of a buffer with an accessible array
   * @throws IllegalArgumentException if it would be longer than {@link
   *     MessageHeader#MAX_MESSAGE_SIZE_BYTES}
   */
  public static ByteBuffer encode(
      int requestId, int responseTo, int responseFlags, BsonDocument document) {
    long cursorId = 0;
    int startingFrom = 0;
    return new FrameWriter(requestId, responseTo, OP_CODE, document)
        .int32(responseFlags)
        .int64(cursorId)
        .int32(startingFrom)
        .int32(NUMBER_RETURNED)
        .document(document)
        .finish();
  }

  static OpReply decode(Frame frame) throws BadMessageException {
    FrameCursor in = FrameCursor.afterHeader(frame);
    int responseFlags = in.int32("responseFlags");
    in.int64("cursorID"); // A command leaves no cursor here.
    in.int32("startingFrom");
    int numberReturnedOffset = in.position();
    int numberReturned = in.int32("numberReturned");
    if (numberReturned != NUMBER_RETURNED) {
      throw new BadMessageException(
          "numberReturned 1", Integer.toString(numberReturned), numberReturnedOffset);
    }
    DocumentSlice document = in.document();
    in.requireEnd();
    MessageHeader header = frame.header();
    return new OpReply(header.requestId(), header.responseTo(), responseFlags, document);
  }
}
