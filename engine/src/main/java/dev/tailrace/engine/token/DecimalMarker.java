package dev.tailrace.engine.token;

/**
 * How a decimal relates to the double in its encoding: the server's "decimal continuation marker".
 *
 * <p>The double is the largest that is not above the decimal's magnitude. <em>C15</em> is that
 * double rounded up to 15 significant digits, so that a decimal of no more digits than that needs
 * nothing but the marker. The markers are in the order of the values they stand for.
 */
final class DecimalMarker {

  /** The decimal is the double. Every double has this marker. */
  static final int EXACT = 0;

  /** The decimal is below C15; a continuation follows. */
  static final int BELOW_ROUNDED = 1;

  /** The decimal is C15. */
  static final int ROUNDED = 2;

  /**
   * The decimal is above C15; a continuation follows. Stands for any continuation where only one
   * bit is kept of the marker.
   */
  static final int ABOVE_ROUNDED = 3;

  private DecimalMarker() {}
}
