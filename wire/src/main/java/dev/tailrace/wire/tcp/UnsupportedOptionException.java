package dev.tailrace.wire.tcp;

/**
 * A connection string that asks, rightly, for something that this transport does not do yet, and
 * that would be wrong to leave out in silence: a load balancer, a proxy, some ways to authenticate
 * and their like.
 */
public final class UnsupportedOptionException extends ConnectionStringException {

  private static final long serialVersionUID = 1L;

  private final String option;

  UnsupportedOptionException(String option, String what) {
    super(option + ": " + what + " comes in a later version");
    this.option = option;
  }

  private UnsupportedOptionException(String message) {
    super(message);
    this.option = CredentialOptions.MECHANISM;
  }

  /** The refusal of a mechanism that this transport does not know. */
  static UnsupportedOptionException mechanism(String name) {
    return new UnsupportedOptionException(
        "option %s: %s is not supported; expected %s"
            .formatted(CredentialOptions.MECHANISM, name, CredentialOptions.SUPPORTED));
  }

  /** The option, or the part of the connection string, that asks for it. */
  public String option() {
    return option;
  }
}
