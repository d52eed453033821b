package dev.tailrace.wire.topology;

/** Ways in which a connection for operations fails. */
public enum NetworkFault {
  /** The host name cannot be resolved. */
  NOT_RESOLVED,
  /**
   * The server answered the greeting with an error: it was reached, so load is no excuse, and what
   * ails it ails its other connections as well.
   */
  HELLO_REFUSED,
  /**
   * Any other failure before the handshake was complete, timeouts too. The server may just have too
   * many new connections to accept, which is no reason to give up the old ones.
   */
  NOT_ESTABLISHED,
  /**
   * The server answered the greeting, and then could or would not authenticate the client: it said
   * no, was not to be believed, or went away. What else was authenticated with it is given up.
   */
  NOT_AUTHENTICATED,
  /** The connection broke after the handshake: closed or reset. */
  BROKEN,
  /** No answer in time after the handshake: a slow operation more likely than a lost server. */
  TIMED_OUT;

  /** Whether the other connections to the same server are given up for it. */
  boolean endsGeneration() {
    return switch (this) {
      case NOT_RESOLVED, HELLO_REFUSED, NOT_AUTHENTICATED, BROKEN -> true;
      case NOT_ESTABLISHED, TIMED_OUT -> false;
    };
  }
}
