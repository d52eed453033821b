package dev.tailrace.engine.token;

/**
 * The codes of the type bits: what is kept of a number's or a string's type beside its bytes, which
 * are the same for equal values of different types.
 *
 * <p>A number has two bits, and six more with the low bits of its exponent if it is a finite
 * decimal other than zero. A string has one. -0.0 and the zeros of Decimal128 have five bits, the
 * first two of them those of a decimal; twelve more say which of a decimal's zeros it is.
 */
final class TypeBits {

  static final int INT32 = 0b00;
  static final int INT64 = 0b01;
  static final int DOUBLE = 0b10;
  static final int DECIMAL = 0b11;

  static final int STRING = 0;
  static final int SYMBOL = 1;

  static final int NEGATIVE_DOUBLE_ZERO = 0b11000;

  /** For the first 4096 zeros of Decimal128; each further 4096 have the next code. */
  static final int FIRST_DECIMAL_ZERO = 0b11010;

  /** Before four bytes with the number of bytes, or joined with that number in one byte. */
  static final int SIZE_FLAG = 0x80;

  /** The largest number of bytes that is joined with {@link #SIZE_FLAG}. */
  static final int LONGEST_SHORT_FORM = 127;

  private TypeBits() {}
}
