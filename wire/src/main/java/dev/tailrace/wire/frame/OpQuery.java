package dev.tailrace.wire.frame;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.ByteBuffer;
import org.bson.BsonDocument;

/**
 * The request of old, which a client still uses for the first hello of a connection, and for
 * nothing else (MongoDB handshake specification).
 *
 * @param requestId the sender's number for this message
 * @param flagBits the flags; only {@link #SECONDARY_OK} is of interest
 * @param fullCollectionName {@code <database>.$cmd} for a command
 * @param numberToReturn 1 or -1 for a command
 * @param query the command
 */
public record OpQuery(
    int requestId, int flagBits, String fullCollectionName, int numberToReturn, DocumentSlice query)
    implements Message {

  /** The opcode of this kind of message. */
  public static final int OP_CODE = 2004;

  /** Flag: a secondary may answer. */
  public static final int SECONDARY_OK = 1 << 2;

  public OpQuery {
    requireNonNull(fullCollectionName, "fullCollectionName");
    requireNonNull(query, "query");
  }

  /** Always 0: this is a request. */
  @Override
  public int responseTo() {
    return 0;
  }

  @Override
  public void checkDocuments() throws BadMessageException {
    DocumentCheck.check(query);
  }

  /**
   * A command for any member, ready to send.
   *
   * @param database the database it runs on
   * @return the frame, from position to limit of a buffer with an accessible array
   * @throws IllegalArgumentException if it would be longer than {@link
   *     MessageHeader#MAX_MESSAGE_SIZE_BYTES}
   */
  public static ByteBuffer encode(int requestId, String database, BsonDocument command) {
    int numberToSkip = 0;
    int numberToReturn = -1; // One document, and no cursor.
    return new FrameWriter(requestId, 0, OP_CODE, command)
        .int32(SECONDARY_OK)
        .cstring(database + ".$cmd")
        .int32(numberToSkip)
        .int32(numberToReturn)
        .document(command)
        .finish();
  }

  static OpQuery decode(Frame frame) throws BadMessageException {
    FrameCursor in = FrameCursor.afterHeader(frame);
    int flagBits = in.int32("flags");
    String fullCollectionName = in.cstring("fullCollectionName");
    in.int32("numberToSkip"); // Means nothing for a command.
    int numberToReturn = in.int32("numberToReturn");
    DocumentSlice query = in.document();
    if (in.hasRemaining()) {
      in.document(); // Nor does this.
    }
    in.requireEnd();
    return new OpQuery(
        frame.header().requestId(), flagBits, fullCollectionName, numberToReturn, query);
  }
}
