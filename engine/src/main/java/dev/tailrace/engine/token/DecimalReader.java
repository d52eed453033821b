package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.DecimalArithmetic.BIASED_EXPONENTS;
import static dev.tailrace.engine.token.DecimalArithmetic.DIGITS;
import static dev.tailrace.engine.token.DecimalArithmetic.EXPONENT_BIAS;

import java.math.BigDecimal;
import org.bson.BsonDecimal128;
import org.bson.types.Decimal128;

/** Puts a Decimal128 together from what {@link DecimalWriter} made of it. */
final class DecimalReader {

  private final KeyStringInput in;
  private final TypeBitsReader typeBits;

  DecimalReader(KeyStringInput in, TypeBitsReader typeBits) {
    this.in = in;
    this.typeBits = typeBits;
  }

  /** The zero whose five bits have just been read. */
  BsonDecimal128 readZero(int fiveBits) {
    int whichZero = ((fiveBits - TypeBits.FIRST_DECIMAL_ZERO) << 12) + typeBits.read(12);
    if (whichZero < 0) {
      throw InvalidTokenException.keyString(50846, "Invalid numeric zero decimal.");
    }
    boolean negative = whichZero >= BIASED_EXPONENTS;
    long exponent = negative ? whichZero - BIASED_EXPONENTS : whichZero;
    long sign = negative ? Long.MIN_VALUE : 0;
    return new BsonDecimal128(Decimal128.fromIEEE754BIDEncoding(sign + (exponent << 49), 0));
  }

  /**
   * Reads what follows the double.
   *
   * @param marker a {@link DecimalMarker}
   */
  BsonDecimal128 read(boolean negative, double below, int marker) {
    return switch (marker) {
      case DecimalMarker.EXACT -> withStoredExponent(negative, DecimalArithmetic.ceiling(below));
      case DecimalMarker.ROUNDED ->
          withStoredExponent(negative, DecimalArithmetic.ceiling15(below));
      default -> readContinued(negative, DecimalArithmetic.ceiling(below));
    };
  }

  /** Reads a continuation. */
  BsonDecimal128 readContinued(boolean negative, BigDecimal stored) {
    requireNotZero(stored);
    int scale = DecimalArithmetic.lastPlaceScale(stored);
    BigDecimal missing = new BigDecimal(DecimalArithmetic.unsigned(in.readLong(negative)), scale);
    return withStoredExponent(negative, stored.add(missing));
  }

  /** Reads the second half of a magnitude that no double comes near to. */
  BsonDecimal128 readAllDigits(boolean negative, long high) {
    Decimal128 magnitude = Decimal128.fromIEEE754BIDEncoding(high, in.readLong(negative));
    return withStoredExponent(
        negative,
        new BigDecimal(
            DecimalArithmetic.coefficient(magnitude),
            EXPONENT_BIAS - DecimalArithmetic.biasedExponent(magnitude)));
  }

  /**
   * The one decimal of this value whose exponent ends in the next six type bits: it is unique, as
   * at most 34 exponents in a row are possible.
   */
  BsonDecimal128 withStoredExponent(boolean negative, BigDecimal magnitude) {
    requireNotZero(magnitude);
    BigDecimal shortest = magnitude.stripTrailingZeros();
    int highest = EXPONENT_BIAS - shortest.scale();
    int zeros = (highest - typeBits.read(6)) & 0x3F;
    int exponent = highest - zeros;
    if (shortest.precision() + zeros > DIGITS || exponent < 0 || exponent >= BIASED_EXPONENTS) {
      throw InvalidTokenException.keyString(
          50814, "Unexpected exponent values after adjusting Decimal.");
    }
    BigDecimal value = shortest.setScale(EXPONENT_BIAS - exponent);
    return new BsonDecimal128(new Decimal128(negative ? value.negate() : value));
  }

  private static void requireNotZero(BigDecimal magnitude) {
    if (magnitude.signum() == 0) {
      throw InvalidTokenException.keyString(50829, "Expected non-zero number for decimal.");
    }
  }
}
