package dev.tailrace.wire.dns;

import org.jspecify.annotations.Nullable;

/** DNS has no answer. The message says what was asked for, and why there is none. */
public final class DnsException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Kinds of failure. */
  public enum Reason {
    /** The name does not exist, or has no record of that type. */
    NOT_FOUND,
    /** No DNS server answered in time. */
    TIMEOUT,
    /** A DNS server was asked, and failed or refused. */
    FAILED
  }

  public DnsException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What kind of failure it is. */
  public Reason reason() {
    return reason;
  }
}
