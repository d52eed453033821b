package dev.tailrace.wire.tls;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** As much of DER (X.690) as it takes to put a key of an older format into PKCS #8. */
final class Der {

  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;

  /** {@code [0]}, explicit. */
  static final int FIRST_OPTION = 0xA0;

  private Der() {}

  /** One element. */
  static byte[] element(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : contents) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(0x80 | bytes);
      for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.write(length >> shift);
      }
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  /**
   * The content of the next element, which is passed over.
   *
   * @throws IllegalArgumentException if it is another, or does not fit
   */
  static ByteBuffer content(ByteBuffer from, int tag) {
    if (from.remaining() < 2 || (from.get() & 0xFF) != tag) {
      throw new IllegalArgumentException("expected tag " + tag);
    }
    int length = from.get() & 0xFF;
    if (length >= 0x80) {
      int bytes = length & 0x7F;
      if (bytes == 0 || bytes > 3 || bytes > from.remaining()) {
        throw new IllegalArgumentException("length of " + bytes + " bytes");
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | (from.get() & 0xFF);
      }
    }
    if (length > from.remaining()) {
      throw new IllegalArgumentException("length " + length);
    }
    ByteBuffer content = from.slice(from.position(), length);
    from.position(from.position() + length);
    return content;
  }
}
