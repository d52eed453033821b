package dev.tailrace.engine.transport;

import static java.util.Objects.requireNonNull;

/**
 * The server of one exchange, as the connection that carried it knew it.
 *
 * @param address {@code host:port}
 * @param maxWireVersion the newest wire version of the server on that connection; what a failure
 *     means is judged by it (change-streams specification, "Resumable Error")
 * @param kind what the server is in its deployment
 */
public record ServerRef(String address, int maxWireVersion, ServerKind kind) {

  public ServerRef {
    requireNonNull(address, "address");
    requireNonNull(kind, "kind");
  }
}
