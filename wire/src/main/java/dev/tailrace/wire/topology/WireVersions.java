package dev.tailrace.wire.topology;

import java.util.Optional;

/** The wire versions that this client speaks, and whether a server shares any of them. */
public final class WireVersions {

  /** MongoDB 3.6, the first with OP_MSG, sessions and change streams. */
  public static final int MIN = 6;

  /** MongoDB 8.2. Servers since 3.6 accept every client that is not older than {@link #MIN}. */
  public static final int MAX = 27;

  private WireVersions() {}

  /**
   * Why the two cannot talk, in the words of the discovery specification ("Checking wire protocol
   * compatibility"); empty if they can.
   */
  public static Optional<String> incompatibility(ServerAddress server, HelloReply hello) {
    if (hello.minWireVersion() > MAX) {
      return Optional.of(
          "Server at %s requires wire version %d, but this version of Tailrace only supports up to %d"
              .formatted(server, hello.minWireVersion(), MAX));
    }
    if (hello.maxWireVersion() < MIN) {
      return Optional.of(
          "Server at %s reports wire version %d, but this version of Tailrace requires at least %d (MongoDB 3.6)"
              .formatted(server, hello.maxWireVersion(), MIN));
    }
    return Optional.empty();
  }
}
