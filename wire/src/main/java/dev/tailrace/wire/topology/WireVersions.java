package dev.tailrace.wire.topology;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The wire versions that this client speaks, and whether a server shares any of them. */
final class WireVersions {

  /** MongoDB 3.6, the first with OP_MSG, sessions and change streams. */
  static final int MIN = 6;

  /** MongoDB 8.2. Servers since 3.6 accept every client that is not older than {@link #MIN}. */
  static final int MAX = 27;

  private WireVersions() {}

  /**
   * Why the two cannot talk, in the words of the discovery specification ("Checking wire protocol
   * compatibility"); empty if they can, or the server is unknown.
   */
  static Optional<String> incompatibility(ServerView server) {
    @Nullable HelloReply hello = server.hello();
    if (hello == null) {
      return Optional.empty();
    }
    if (hello.minWireVersion() > MAX) {
      return Optional.of(
          "Server at %s requires wire version %d, but this version of Tailrace only supports up to %d"
              .formatted(server.address(), hello.minWireVersion(), MAX));
    }
    if (hello.maxWireVersion() < MIN) {
      return Optional.of(
          "Server at %s reports wire version %d, but this version of Tailrace requires at least %d (MongoDB 3.6)"
              .formatted(server.address(), hello.maxWireVersion(), MIN));
    }
    return Optional.empty();
  }
}
