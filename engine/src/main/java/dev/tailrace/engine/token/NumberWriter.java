package dev.tailrace.engine.token;

/**
 * Writes int32, int64 and double so that the bytes order them by value, whatever their types.
 *
 * <p>The type byte gives the sign and the number of bytes of the integer part, so that a longer
 * integer sorts behind a shorter one. The payload is the magnitude; below zero every bit of it is
 * flipped, which turns the order around. The lowest bit of an integer part says whether a fraction
 * follows.
 */
final class NumberWriter {

  /** The first magnitude that is not encoded as an integer part. */
  static final double FIRST_LARGE = 0x1p63;

  /**
   * Magnitudes below this are {@linkplain #encodeTiny encoded} with room for one bit of a {@link
   * DecimalMarker}, all others below 1 with room for both of its bits.
   */
  static final double FIRST_NOT_TINY = 0x1p-255;

  /** The power of two by which magnitudes below {@link #FIRST_NOT_TINY} are scaled up. */
  static final int TINY_SHIFT = 256;

  /** Added to the bits of a tiny magnitude, whose two highest bits become 01 or 10. */
  static final long TINY_OFFSET = 1L << 62;

  /** An infinite magnitude. */
  static final long INFINITE = -1L;

  private final KeyStringBuffer out;
  private final TypeBitsWriter typeBits;

  NumberWriter(KeyStringBuffer out, TypeBitsWriter typeBits) {
    this.out = out;
    this.typeBits = typeBits;
  }

  void writeInt32(int value) {
    typeBits.append(TypeBits.INT32, 2);
    writeWhole(value);
  }

  void writeInt64(long value) {
    typeBits.append(TypeBits.INT64, 2);
    writeWhole(value);
  }

  void writeDouble(double value) {
    if (Double.doubleToRawLongBits(value) == Long.MIN_VALUE) {
      typeBits.append(TypeBits.NEGATIVE_DOUBLE_ZERO, 5);
    } else {
      typeBits.append(TypeBits.DOUBLE, 2);
    }
    if (Double.isNaN(value)) {
      out.putByte(CType.NAN);
    } else {
      writeMagnitude(value < 0, Math.abs(value), DecimalMarker.EXACT);
    }
  }

  private void writeWhole(long value) {
    if (value == 0) {
      out.putByte(CType.ZERO);
    } else if (value == Long.MIN_VALUE) { // Its magnitude is no int64, but it is a double.
      writeLarge(true, FIRST_LARGE, DecimalMarker.EXACT);
    } else {
      writeIntegerPart(value < 0, Math.abs(value) << 1);
    }
  }

  /**
   * Writes a double, or that part of a decimal which a double can hold; no type bits.
   *
   * @param magnitude not negative and not NaN; may be infinite
   * @param marker a {@link DecimalMarker}
   */
  void writeMagnitude(boolean negative, double magnitude, int marker) {
    if (magnitude == 0) {
      out.putByte(CType.ZERO);
    } else if (magnitude < 1) {
      writeSmall(negative, magnitude, marker);
    } else if (magnitude >= FIRST_LARGE) {
      writeLarge(negative, magnitude, marker);
    } else if (magnitude == (long) magnitude && marker == DecimalMarker.EXACT) {
      writeIntegerPart(negative, (long) magnitude << 1);
    } else {
      writeWithFraction(negative, magnitude, marker);
    }
  }

  /**
   * Writes an integer part: its type byte and as many bytes as it needs.
   *
   * @param shifted twice the integer part, unsigned, plus 1 if a fraction follows; not 0
   */
  void writeIntegerPart(boolean negative, long shifted) {
    int size = 8 - Long.numberOfLeadingZeros(shifted) / 8;
    putIntegerType(negative, size);
    putPayload(negative, shifted, size);
  }

  /** From 1 to below 2^53: the integer part as ever, the fraction in the rest of eight bytes. */
  private void writeWithFraction(boolean negative, double magnitude, int marker) {
    long whole = (long) magnitude;
    int fractionBytes = Long.numberOfLeadingZeros(whole << 1) / 8;
    int fractionBits = 8 * fractionBytes;
    // Exact, and its two lowest bits are 0: the marker's place.
    long scaled = (long) Math.scalb(magnitude, fractionBits);
    long encoded = scaled + ((whole + 1) << fractionBits) + marker;
    putIntegerType(negative, 8 - fractionBytes);
    putPayload(negative, encoded, 8);
  }

  private void putIntegerType(boolean negative, int size) {
    out.putByte(negative ? CType.NEGATIVE_INTEGER - size : CType.POSITIVE_INTEGER + size);
  }

  private void writeSmall(boolean negative, double magnitude, int marker) {
    putSmallType(negative);
    long encoded =
        magnitude >= FIRST_NOT_TINY
            ? (Double.doubleToRawLongBits(magnitude) << 2) + marker
            : encodeTiny(Math.scalb(magnitude, TINY_SHIFT), marker);
    putPayload(negative, encoded, 8);
  }

  void putSmallType(boolean negative) {
    out.putByte(negative ? CType.NEGATIVE_SMALL : CType.POSITIVE_SMALL);
  }

  /** The payload of a magnitude below {@link #FIRST_NOT_TINY} that was scaled up already. */
  static long encodeTiny(double scaled, int marker) {
    return (Double.doubleToRawLongBits(scaled) << 1) + oneBit(marker) + TINY_OFFSET;
  }

  private void writeLarge(boolean negative, double magnitude, int marker) {
    putLargeType(negative);
    // The exponent's highest bit is 1 in all of these, and makes room for the marker.
    long encoded =
        Double.isInfinite(magnitude)
            ? INFINITE
            : ((Double.doubleToRawLongBits(magnitude) << 1) & Long.MAX_VALUE) + oneBit(marker);
    putPayload(negative, encoded, 8);
  }

  void putLargeType(boolean negative) {
    out.putByte(negative ? CType.NEGATIVE_LARGE : CType.POSITIVE_LARGE);
  }

  private static int oneBit(int marker) {
    return marker == DecimalMarker.EXACT ? 0 : 1;
  }

  /** The low {@code size} bytes of a part of a magnitude. */
  void putPayload(boolean negative, long payload, int size) {
    out.putLow(negative ? ~payload : payload, size);
  }
}
