package dev.tailrace.engine.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bson.BsonValue;

/**
 * A list of BSON values as bytes that sort as the values do, and the type bits that tell apart
 * values of different types which sort as equal: the server's KeyString, version V1, ascending.
 *
 * <p>Type and value of everything are kept, also the order of fields and the exponent of a
 * Decimal128, but not the sign and payload of NaN.
 *
 * <p>Two KeyStrings compare as their bytes do, unsigned, a prefix first. The type bits take no
 * part: {@code 1}, {@code 1L} and {@code 1.0} have the same bytes.
 *
 * <p>Immutable.
 */
public final class KeyString {

  private static final byte[] HEX_DIGITS = "0123456789ABCDEF".getBytes(US_ASCII);

  private final byte[] bytes;
  private final byte[] typeBits;

  /** The arrays are not copied. */
  KeyString(byte[] bytes, byte[] typeBits) {
    this.bytes = bytes;
    this.typeBits = typeBits;
  }

  /**
   * A KeyString from its parts, which are not looked at before {@link #decode}.
   *
   * @param bytes the values
   * @param typeBits the serialised type bits; empty if all of them are 0
   */
  public static KeyString of(byte[] bytes, byte[] typeBits) {
    return new KeyString(bytes.clone(), typeBits.clone());
  }

  /**
   * Encodes values.
   *
   * @param values at most 32
   * @throws InvalidTokenException with code 15 (Overflow) if there are more values than that or
   *     they nest deeper than 200 levels, code with scope counting for two; with code 22
   *     (InvalidBSON) if a field name or a regular expression contains a NUL
   */
  public static KeyString encode(List<? extends BsonValue> values) {
    KeyStringLimits.requireCount(values.size());
    KeyStringWriter writer = new KeyStringWriter();
    values.forEach(writer::write);
    return writer.end();
  }

  /**
   * The values. Reading stops at the end byte; what follows it is ignored, and it may be missing
   * between two values. The options of a regular expression come in alphabetical order.
   *
   * @throws InvalidTokenException with the server's code if the bytes are no KeyString, or the type
   *     bits are not of its values; with code 22 (InvalidBSON) if a value cannot be represented:
   *     text that is not UTF-8, a document with a field twice, BinData of subtype 2 with a wrong
   *     inner length
   */
  public List<BsonValue> decode() {
    TypeBitsReader typeBitsReader = TypeBitsReader.of(typeBits);
    return new KeyStringReader(new KeyStringInput(bytes), typeBitsReader).readAll();
  }

  /** A copy of the bytes that sort. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** A copy of the serialised type bits, which are empty if all bits are 0. */
  public byte[] typeBits() {
    return typeBits.clone();
  }

  boolean hasTypeBits() {
    return typeBits.length > 0;
  }

  /** The bytes as upper case hexadecimal digits, which sort as they do. */
  public String toHex() {
    byte[] digits = new byte[hexLength()];
    putHex(digits, 0);
    return new String(digits, US_ASCII);
  }

  int hexLength() {
    return 2 * bytes.length;
  }

  /** Writes {@link #toHex} to that place. */
  void putHex(byte[] target, int offset) {
    int next = offset;
    for (byte each : bytes) {
      target[next++] = HEX_DIGITS[(each >> 4) & 0xF];
      target[next++] = HEX_DIGITS[each & 0xF];
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyString that
        && Arrays.equals(bytes, that.bytes)
        && Arrays.equals(typeBits, that.typeBits);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The bytes in hexadecimal, and the type bits behind a slash if there are any. */
  @Override
  public String toString() {
    return hasTypeBits()
        ? toHex() + "/" + HexFormat.of().withUpperCase().formatHex(typeBits)
        : toHex();
  }
}
