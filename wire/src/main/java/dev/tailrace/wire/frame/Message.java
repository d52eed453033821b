package dev.tailrace.wire.frame;

/**
 * A message of the wire protocol. Its documents are views of the frame it was decoded from.
 *
 * <p>{@link OpMsg} carries every command and every reply of the servers we talk to. {@link OpQuery}
 * and {@link OpReply} are here for one thing: the first hello of a connection, sent before either
 * side knows how old the other is.
 */
public sealed interface Message permits OpMsg, OpQuery, OpReply {

  /** The sender's number for this message. */
  int requestId();

  /** The {@link #requestId} of the message that this one answers; 0 in a request. */
  int responseTo();

  /**
   * Checks the structure of every document in the message, all the way down. Whoever takes messages
   * from strangers does this before anything reads the documents; a client need not, since it reads
   * of a reply only what it wants to know and each event when it is asked for.
   *
   * @throws BadMessageException if any document is not well-formed
   * @see DocumentCheck
   */
  void checkDocuments() throws BadMessageException;

  /**
   * Reads a frame. Nothing is copied. All that belongs to the message is checked (flags, sections,
   * sequences, checksum if there is one, each document's length and terminator); what lies inside
   * the documents is not.
   *
   * @throws BadMessageException if the frame is malformed, or its opcode unknown
   */
  static Message decode(Frame frame) throws BadMessageException {
    int opCode = frame.header().opCode();
    return switch (opCode) {
      case OpMsg.OP_CODE -> OpMsg.decode(frame);
      case OpQuery.OP_CODE -> OpQuery.decode(frame);
      case OpReply.OP_CODE -> OpReply.decode(frame);
      default ->
          throw new BadMessageException(
              "opCode OP_MSG (2013), OP_QUERY (2004) or OP_REPLY (1)",
              Integer.toString(opCode),
              MessageHeader.OP_CODE_OFFSET);
    };
  }
}
