package dev.tailrace.fakeserver.query.number;

import org.bson.types.Decimal128;

/**
 * A running sum of doubles and longs that keeps what rounding would lose: the sum is held as two
 * doubles, the second the error of the first (Knuth's two-sum). The server adds with it wherever no
 * decimal is involved.
 */
public final class DoubleDoubleSum {

  private double sum = -0.0;
  private double addend;

  /** The plain sum; right where infinities or NaN spoil the compensated one. */
  private double special = -0.0;

  public void add(double x) {
    special += x;
    double rough = sum + x;
    double part = rough - sum;
    double error = (sum - (rough - part)) + (x - part);
    addend += error;
    double next = rough + addend;
    addend = addend - (next - rough);
    sum = next;
  }

  /** Adds a long exactly, as two doubles. */
  public void add(long x) {
    long high = x / (1L << 32) * (1L << 32);
    add((double) (x - high));
    add((double) high);
  }

  public double toDouble() {
    return Double.isNaN(sum) ? special : sum;
  }

  /** The rest that {@link #toDouble} leaves out. */
  public double error() {
    return Double.isNaN(sum) ? 0 : addend;
  }

  public Decimal128 toDecimal() {
    return Double.isNaN(sum)
        ? Decimals.ofAllDigits(special)
        : Decimals.add(Decimals.ofAllDigits(sum), Decimals.ofAllDigits(addend));
  }

  /** Whether the sum, cut to a whole number, fits 64 bits. */
  public boolean fitsLong() {
    return (sum > -0x1p63 && sum < 0x1p63)
        || (sum == 0x1p63 && addend < 0)
        || (sum == -0x1p63 && addend >= 0);
  }

  /** The sum, cut to a whole number; only if it {@link #fitsLong}. */
  public long toLong() {
    if (sum == 0x1p63) {
      return Long.MAX_VALUE + (long) Math.floor(addend) + 1;
    }
    return (long) sum + (long) addend;
  }
}
