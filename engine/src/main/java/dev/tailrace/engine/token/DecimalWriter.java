package dev.tailrace.engine.token;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.bson.types.Decimal128;

/**
 * Writes Decimal128 among the other numbers: as the double just below it, a {@link DecimalMarker}
 * and, where the two do not say it all, a <em>continuation</em>: what is still missing, counted in
 * units of the last of 34 digits. The exponent does not count for the order and goes to the type
 * bits.
 */
final class DecimalWriter {

  /** From here on not every integer is a double. */
  static final long FIRST_WIDE = 1L << 53;

  /** The first integer part that, with the bit for a fraction, fills all eight bytes. */
  private static final long FIRST_OF_EIGHT_BYTES = 1L << 55;

  private final KeyStringBuffer out;
  private final TypeBitsWriter typeBits;
  private final NumberWriter numbers;

  DecimalWriter(KeyStringBuffer out, TypeBitsWriter typeBits, NumberWriter numbers) {
    this.out = out;
    this.typeBits = typeBits;
    this.numbers = numbers;
  }

  void write(Decimal128 value) {
    boolean negative = value.isNegative();
    if (value.isNaN()) {
      typeBits.append(TypeBits.DECIMAL, 2);
      out.putByte(CType.NAN);
    } else if (value.isInfinite()) {
      typeBits.append(TypeBits.DECIMAL, 2);
      numbers.writeMagnitude(negative, Double.POSITIVE_INFINITY, DecimalMarker.EXACT);
    } else {
      writeFinite(negative, value);
    }
  }

  private void writeFinite(boolean negative, Decimal128 value) {
    int exponent = DecimalArithmetic.biasedExponent(value);
    BigInteger coefficient = DecimalArithmetic.coefficient(value);
    if (coefficient.signum() == 0) {
      int whichZero = negative ? exponent + DecimalArithmetic.BIASED_EXPONENTS : exponent;
      typeBits.append(TypeBits.FIRST_DECIMAL_ZERO + (whichZero >> 12), 5);
      typeBits.append(whichZero, 12);
      out.putByte(CType.ZERO);
    } else {
      typeBits.append(TypeBits.DECIMAL, 2);
      typeBits.append(exponent, 6);
      writeMagnitude(
          negative, new BigDecimal(coefficient, DecimalArithmetic.EXPONENT_BIAS - exponent));
    }
  }

  private void writeMagnitude(boolean negative, BigDecimal magnitude) {
    double below = DecimalArithmetic.floorToDouble(magnitude);
    if (new BigDecimal(below).compareTo(magnitude) == 0) {
      numbers.writeMagnitude(negative, below, DecimalMarker.EXACT);
    } else if (below == 0) {
      numbers.putSmallType(negative);
      putAllDigits(negative, magnitude, 0);
    } else if (below < Double.MIN_NORMAL) {
      writeSubnormal(negative, magnitude, below);
    } else if (below == Double.MAX_VALUE) {
      numbers.putLargeType(negative);
      putAllDigits(negative, magnitude, Long.MIN_VALUE);
    } else if (below < NumberWriter.FIRST_NOT_TINY || below >= NumberWriter.FIRST_LARGE) {
      numbers.writeMagnitude(negative, below, DecimalMarker.ABOVE_ROUNDED);
      putContinuation(negative, magnitude, DecimalArithmetic.ceiling(below));
    } else if (below < FIRST_WIDE) {
      writeUsual(negative, magnitude, below);
    } else {
      writeWide(negative, magnitude);
    }
  }

  private void writeUsual(boolean negative, BigDecimal magnitude, double below) {
    int relation = magnitude.compareTo(DecimalArithmetic.ceiling15(below));
    int marker = DecimalMarker.ROUNDED + Integer.signum(relation);
    numbers.writeMagnitude(negative, below, marker);
    if (marker != DecimalMarker.ROUNDED) {
      putContinuation(negative, magnitude, DecimalArithmetic.ceiling(below));
    }
  }

  /** From 2^53 to below 2^63, where the double may have lost a part of the integer. */
  private void writeWide(boolean negative, BigDecimal magnitude) {
    long whole = magnitude.longValue();
    BigDecimal stored = BigDecimal.valueOf(whole);
    boolean hasFraction = stored.compareTo(magnitude) < 0;
    numbers.writeIntegerPart(negative, (whole << 1) + (hasFraction ? 1 : 0));
    if (hasFraction) {
      if (whole < FIRST_OF_EIGHT_BYTES) {
        numbers.putPayload(negative, DecimalMarker.ABOVE_ROUNDED, 1);
      }
      putContinuation(negative, magnitude, stored);
    }
  }

  /** Where doubles are subnormal, and so have too few bits for the continuation to fit. */
  private void writeSubnormal(boolean negative, BigDecimal magnitude, double below) {
    // Never less than the double below, or the two would sort the wrong way round.
    double scaled =
        Math.max(DecimalArithmetic.scaleUp(magnitude), Math.scalb(below, NumberWriter.TINY_SHIFT));
    numbers.putSmallType(negative);
    numbers.putPayload(negative, NumberWriter.encodeTiny(scaled, DecimalMarker.ABOVE_ROUNDED), 8);
    putContinuation(negative, magnitude, DecimalArithmetic.scaleDown(scaled));
  }

  /** Beyond the doubles: exponent and all 34 digits, or as many as the lowest exponent leaves. */
  private void putAllDigits(boolean negative, BigDecimal magnitude, long prefix) {
    int scale = DecimalArithmetic.lastPlaceScale(magnitude);
    BigInteger coefficient = magnitude.setScale(scale).unscaledValue();
    int exponent = DecimalArithmetic.EXPONENT_BIAS - scale;
    long high = prefix + ((long) exponent << 49) + coefficient.shiftRight(64).longValue();
    numbers.putPayload(negative, high, 8);
    numbers.putPayload(negative, coefficient.longValue(), 8);
  }

  private void putContinuation(boolean negative, BigDecimal magnitude, BigDecimal stored) {
    int scale = DecimalArithmetic.lastPlaceScale(stored);
    BigInteger missing = magnitude.subtract(stored).setScale(scale).unscaledValue();
    numbers.putPayload(negative, missing.longValue(), 8);
  }
}
