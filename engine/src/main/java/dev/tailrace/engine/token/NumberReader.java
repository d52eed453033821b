package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.DecimalWriter.FIRST_WIDE;
import static dev.tailrace.engine.token.NumberWriter.FIRST_LARGE;
import static dev.tailrace.engine.token.NumberWriter.INFINITE;
import static dev.tailrace.engine.token.NumberWriter.TINY_OFFSET;
import static dev.tailrace.engine.token.NumberWriter.TINY_SHIFT;

import java.math.BigDecimal;
import org.bson.BsonDecimal128;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonValue;
import org.bson.types.Decimal128;

/**
 * Reads what {@link NumberWriter} and {@link DecimalWriter} wrote: the value from the bytes, its
 * type from the type bits. Where they contradict each other, it fails with the server's codes.
 */
final class NumberReader {

  /** The bit of a double's exponent that {@link CType#POSITIVE_LARGE} leaves out. */
  private static final long LARGE_EXPONENT_BIT = 1L << 62;

  private static final double SCALED_MIN_NORMAL = Math.scalb(Double.MIN_NORMAL, TINY_SHIFT);

  private final KeyStringInput in;
  private final TypeBitsReader typeBits;
  private final DecimalReader decimals;

  NumberReader(KeyStringInput in, TypeBitsReader typeBits) {
    this.in = in;
    this.typeBits = typeBits;
    this.decimals = new DecimalReader(in, typeBits);
  }

  /** Reads the rest of a number, whose type byte is read already. */
  BsonValue read(int ctype) {
    return switch (ctype) {
      case CType.NAN -> readNaN();
      case CType.ZERO -> readZero();
      case CType.NEGATIVE_LARGE -> readLarge(true);
      case CType.POSITIVE_LARGE -> readLarge(false);
      case CType.NEGATIVE_SMALL -> readSmall(true);
      case CType.POSITIVE_SMALL -> readSmall(false);
      default ->
          ctype < CType.ZERO
              ? readIntegerPart(true, CType.NEGATIVE_INTEGER - ctype)
              : readIntegerPart(false, ctype - CType.POSITIVE_INTEGER);
    };
  }

  private BsonValue readNaN() {
    return switch (typeBits.read(2)) {
      case TypeBits.DOUBLE -> new BsonDouble(Double.NaN);
      case TypeBits.DECIMAL -> new BsonDecimal128(Decimal128.NaN);
      default -> throw InvalidTokenException.keyString(50819, "Invalid type bits for numeric NaN");
    };
  }

  private BsonValue readZero() {
    int type = typeBits.read(2);
    if (type != TypeBits.DECIMAL) {
      return wholeNumber(type, 0);
    }
    int fiveBits = (type << 3) | typeBits.read(3);
    return fiveBits == TypeBits.NEGATIVE_DOUBLE_ZERO
        ? new BsonDouble(-0.0)
        : decimals.readZero(fiveBits);
  }

  private BsonValue readIntegerPart(boolean negative, int size) {
    int type = typeBits.read(2);
    long shifted = readPayload(negative, size);
    long whole = shifted >>> 1;
    if ((shifted & 1) != 0) {
      return readFraction(type, negative, whole, 8 - size);
    }
    return type == TypeBits.DECIMAL
        ? decimals.withStoredExponent(negative, BigDecimal.valueOf(whole))
        : wholeNumber(type, negative ? -whole : whole);
  }

  private static BsonValue wholeNumber(int type, long value) {
    return switch (type) {
      case TypeBits.INT32 -> new BsonInt32((int) value); // Cut off, as the server does.
      case TypeBits.INT64 -> new BsonInt64(value);
      default -> new BsonDouble(value);
    };
  }

  private BsonValue readFraction(int type, boolean negative, long whole, int fractionBytes) {
    int fractionBits = 8 * fractionBytes;
    long encoded = (whole << fractionBits) + readPayload(negative, fractionBytes);
    double below = Math.scalb((double) (encoded & ~3), -fractionBits);
    if (type == TypeBits.DOUBLE) {
      return new BsonDouble(negative ? -below : below);
    }
    require(type == TypeBits.DECIMAL, 50810, "Expected type Decimal.");
    return whole < FIRST_WIDE
        ? decimals.read(negative, below, (int) encoded & 3)
        : decimals.readContinued(negative, BigDecimal.valueOf(whole));
  }

  private BsonValue readSmall(boolean negative) {
    int type = typeBits.read(2);
    long encoded = in.readLong(negative);
    return switch ((int) (encoded >>> 62)) {
      case 0 -> decimals.readAllDigits(negative, encoded); // Whatever its type: the server's way.
      case 3 -> readNotTiny(type, negative, encoded);
      default -> readTiny(type, negative, encoded - TINY_OFFSET);
    };
  }

  private BsonValue readNotTiny(int type, boolean negative, long encoded) {
    double below = Double.longBitsToDouble(encoded >>> 2);
    int marker = (int) encoded & 3;
    if (type == TypeBits.DOUBLE) {
      require(marker == DecimalMarker.EXACT, 50824, "Decimal contuation mismatch."); // Sic.
      return new BsonDouble(negative ? -below : below);
    }
    require(type == TypeBits.DECIMAL, 50825, "Unexpected type for small number, expected decimal.");
    return decimals.read(negative, below, marker);
  }

  private BsonValue readTiny(int type, boolean negative, long encoded) {
    double scaled = Double.longBitsToDouble(encoded >>> 1);
    double below = Math.scalb(scaled, -TINY_SHIFT);
    boolean continued = (encoded & 1) != 0;
    if (type == TypeBits.DOUBLE) {
      require(!continued, 50822, "Unexpected decimal continuation.");
      return new BsonDouble(negative ? -below : below);
    }
    require(type == TypeBits.DECIMAL && continued, 50823, "Expected decimal continuation.");
    return decimals.readContinued(
        negative,
        scaled < SCALED_MIN_NORMAL // Of a subnormal, some bits are lost in the double itself.
            ? DecimalArithmetic.scaleDown(scaled)
            : DecimalArithmetic.ceiling(below));
  }

  private BsonValue readLarge(boolean negative) {
    int type = typeBits.read(2);
    long encoded = in.readLong(negative);
    if (encoded < 0 && encoded != INFINITE) {
      require(type == TypeBits.DECIMAL, 50818, "Invalid type bits for decimal number.");
      return decimals.readAllDigits(negative, encoded & Long.MAX_VALUE);
    }
    double below =
        encoded == INFINITE
            ? Double.POSITIVE_INFINITY
            : Double.longBitsToDouble((encoded >>> 1) | LARGE_EXPONENT_BIT);
    return switch (type) {
      case TypeBits.DOUBLE -> new BsonDouble(negative ? -below : below);
      case TypeBits.DECIMAL -> readLargeDecimal(negative, encoded, below);
      case TypeBits.INT64 -> {
        require(negative && below == FIRST_LARGE, 50821, "Unexpected value for large number.");
        yield new BsonInt64(Long.MIN_VALUE);
      }
      default -> throw InvalidTokenException.keyString(50826, "Unexpected type of large number.");
    };
  }

  private BsonValue readLargeDecimal(boolean negative, long encoded, double below) {
    if (encoded == INFINITE) {
      return new BsonDecimal128(
          negative ? Decimal128.NEGATIVE_INFINITY : Decimal128.POSITIVE_INFINITY);
    }
    require(Double.isFinite(below), 50821, "Unexpected value for large number.");
    boolean continued = (encoded & 1) != 0;
    return decimals.read(
        negative, below, continued ? DecimalMarker.ABOVE_ROUNDED : DecimalMarker.EXACT);
  }

  /** A part of a magnitude: unsigned, big-endian, every bit flipped below zero. */
  private long readPayload(boolean negative, int size) {
    long payload = 0;
    for (int i = 0; i < size; i++) {
      payload = (payload << 8) | (in.readByte() ^ (negative ? 0xFF : 0));
    }
    return payload;
  }

  private static void require(boolean holds, int code, String message) {
    if (!holds) {
      throw InvalidTokenException.keyString(code, message);
    }
  }
}
