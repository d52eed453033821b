package dev.tailrace.engine.transport;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/**
 * The server of one exchange, as the connection that carried it knew it.
 *
 * @param address {@code host:port}
 * @param maxWireVersion the newest wire version of the server on that connection; what a failure
 *     means is judged by it (change-streams specification, "Resumable Error")
 * @param kind what the server is in its deployment
 * @param connection the connection that the cursor of the reply is bound to, by the transport's own
 *     number: behind a load balancer no other one is sure to lead to the same server. Empty where
 *     any connection does
 */
public record ServerRef(
    String address, int maxWireVersion, ServerKind kind, OptionalLong connection) {

  public ServerRef {
    requireNonNull(address, "address");
    requireNonNull(kind, "kind");
    requireNonNull(connection, "connection");
  }

  /** A server that is reached by any connection to its address. */
  public ServerRef(String address, int maxWireVersion, ServerKind kind) {
    this(address, maxWireVersion, kind, OptionalLong.empty());
  }
}
