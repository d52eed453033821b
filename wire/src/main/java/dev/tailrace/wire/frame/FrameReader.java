package dev.tailrace.wire.frame;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into {@link Frame}s, however the bytes are chunked. Not thread-safe; one
 * per connection and direction.
 *
 * <p>There are two ways in. {@link #feed} takes bytes that lie somewhere else. {@link #room} and
 * {@link #received} let a socket read straight into the buffer that becomes the frame, so that a
 * reply of half a megabyte is never copied. Either way {@link #poll} gives the frames out.
 *
 * <p>Memory follows the bytes that came, not the length that was claimed: a buffer begins at no
 * more than what is trusted and at most doubles each time it is full. Trusted is {@value
 * #FIRST_TRUST} bytes, or the largest frame that really arrived before.
 */
public final class FrameReader {

  /** What a stranger's 16 bytes may cost us. Most commands and idle replies fit. */
  static final int FIRST_TRUST = 16 * 1024;

  private final Queue<Frame> frames = new ArrayDeque<>();
  private int trusted = FIRST_TRUST;

  /** Null until all of the header is there, and {@code buffer} then holds just the header. */
  private @Nullable MessageHeader header;

  private byte[] buffer = new byte[MessageHeader.LENGTH];
  private int filled;
  private boolean lost;

  /**
   * Takes all remaining bytes of {@code chunk}.
   *
   * @throws BadMessageException if a length is not credible. Frames that were complete before that
   *     can still be polled; the reader takes nothing more
   * @throws IllegalStateException if it threw before
   */
  public void feed(ByteBuffer chunk) throws BadMessageException {
    while (chunk.hasRemaining()) {
      ByteBuffer room = room();
      int count = Math.min(chunk.remaining(), room.remaining());
      chunk.get(buffer, filled, count);
      received(count);
    }
  }

  /**
   * Where the next bytes belong: a view of the reader's own array, never empty. Write there, from
   * its position on, and then say how many with {@link #received}.
   *
   * @throws IllegalStateException if {@link #received} or {@link #feed} threw before
   */
  public ByteBuffer room() {
    if (lost) {
      throw new IllegalStateException("the stream has lost its frame boundaries: close it");
    }
    return ByteBuffer.wrap(buffer, filled, buffer.length - filled);
  }

  /**
   * Says that {@code count} bytes were written to {@link #room}.
   *
   * @throws BadMessageException as {@link #feed} does
   */
  public void received(int count) throws BadMessageException {
    if (count < 0 || count > buffer.length - filled) {
      throw new IllegalArgumentException("received " + count + " bytes in a smaller room");
    }
    filled += count;
    if (filled < buffer.length) {
      return;
    }
    if (header == null) {
      header = readHeader();
    }
    if (filled == header.messageLength()) {
      complete(header);
    } else {
      grow(header.messageLength());
    }
  }

  /** Whether there is a whole frame that was not taken yet. */
  public boolean hasFrame() {
    return !frames.isEmpty();
  }

  /** The oldest whole frame that was not taken yet; empty if there is none. */
  public Optional<Frame> poll() {
    return Optional.ofNullable(frames.poll());
  }

  /** Whether the stream may end here: no frame has begun and not ended. */
  public boolean isBetweenFrames() {
    return filled == 0;
  }

  private MessageHeader readHeader() throws BadMessageException {
    try {
      return MessageHeader.read(buffer);
    } catch (BadMessageException e) {
      lost = true;
      throw e;
    }
  }

  private void grow(int messageLength) {
    int length = filled == MessageHeader.LENGTH ? trusted : 2 * filled;
    buffer = Arrays.copyOf(buffer, Math.min(length, messageLength));
  }

  private void complete(MessageHeader header) {
    frames.add(new Frame(header, buffer));
    trusted = Math.max(trusted, filled);
    this.header = null;
    buffer = new byte[MessageHeader.LENGTH];
    filled = 0;
  }
}
