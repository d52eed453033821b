package dev.tailrace.engine.transport;

import static java.util.Objects.requireNonNull;

/** Which server may run a request. */
public sealed interface Target {

  /** Any server that the read preference admits, selected anew for this request. */
  record AnyEligible(ReadPreference readPreference) implements Target {
    public AnyEligible {
      requireNonNull(readPreference, "readPreference");
    }
  }

  /** The server that answered before, and no other: a cursor lives on one server. */
  record SameServer(ServerRef server) implements Target {
    public SameServer {
      requireNonNull(server, "server");
    }
  }
}
