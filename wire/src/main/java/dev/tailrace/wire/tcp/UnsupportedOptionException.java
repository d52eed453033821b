package dev.tailrace.wire.tcp;

/**
 * A connection string that asks, rightly, for something that this transport does not do yet, and
 * that would be wrong to leave out in silence: encryption, authentication, compression and their
 * like.
 */
public final class UnsupportedOptionException extends ConnectionStringException {

  private static final long serialVersionUID = 1L;

  private final String option;

  UnsupportedOptionException(String option, String what) {
    super(option + ": " + what + " comes in a later version");
    this.option = option;
  }

  /** The option, or the part of the connection string, that asks for it. */
  public String option() {
    return option;
  }
}
