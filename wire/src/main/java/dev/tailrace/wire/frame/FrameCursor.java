package dev.tailrace.wire.frame;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.bytes.LittleEndian;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import java.nio.charset.StandardCharsets;

/** Reads the fields of one frame in order; never past the end of the part it was given. */
final class FrameCursor {

  private final byte[] bytes;
  private final int end;
  private int position;

  /** A cursor over {@code bytes} from {@code position} up to {@code end}. */
  FrameCursor(byte[] bytes, int position, int end) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** A cursor over all of a frame but its header. */
  static FrameCursor afterHeader(Frame frame) {
    return new FrameCursor(frame.bytes(), MessageHeader.LENGTH, frame.bytes().length);
  }

  int position() {
    return position;
  }

  boolean hasRemaining() {
    return position < end;
  }

  byte int8(String field) throws BadMessageException {
    require(1, field);
    return bytes[position++];
  }

  int int32(String field) throws BadMessageException {
    require(Integer.BYTES, field);
    int value = LittleEndian.int32(bytes, position);
    position += Integer.BYTES;
    return value;
  }

  long int64(String field) throws BadMessageException {
    require(Long.BYTES, field);
    long value = LittleEndian.int64(bytes, position);
    position += Long.BYTES;
    return value;
  }

  String cstring(String field) throws BadMessageException {
    int terminator = position;
    while (terminator < end && bytes[terminator] != 0) {
      terminator++;
    }
    if (terminator == end) {
      throw new BadMessageException(field + " to be terminated", "no zero byte", position);
    }
    String value = new String(bytes, position, terminator - position, StandardCharsets.UTF_8);
    position = terminator + 1;
    return value;
  }

  /** The document that begins here, its length and its terminator checked but nothing inside. */
  DocumentSlice document() throws BadMessageException {
    int start = position;
    try {
      position = Elements.documentEnd(bytes, start, end);
    } catch (MalformedBsonException malformed) {
      throw new BadMessageException(malformed);
    }
    return new DocumentSlice(bytes, start, position - start);
  }

  /** A cursor over the next {@code length} bytes; this one goes on behind them. */
  FrameCursor part(int length, String field) throws BadMessageException {
    if (length < 0 || length > end - position) {
      throw new BadMessageException(
          field + " within the " + (end - position) + " bytes left", "length " + length, position);
    }
    FrameCursor part = new FrameCursor(bytes, position, position + length);
    position += length;
    return part;
  }

  void requireEnd() throws BadMessageException {
    if (position < end) {
      throw new BadMessageException(
          "the end of the message", (end - position) + " more bytes", position);
    }
  }

  private void require(int count, String field) throws BadMessageException {
    if (end - position < count) {
      throw new BadMessageException(
          field + " of " + count + " bytes or more", (end - position) + " bytes left", position);
    }
  }
}
