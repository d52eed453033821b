package dev.tailrace.engine.transport;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/** Which server may run a request. */
public sealed interface Target {

  /**
   * Any server that the read preference admits, selected anew for this request.
   *
   * @param deprioritized the addresses of servers that the same operation has failed on before:
   *     they are passed over, unless no other one is suitable (server selection specification)
   */
  record AnyEligible(ReadPreference readPreference, Set<String> deprioritized) implements Target {
    public AnyEligible {
      requireNonNull(readPreference, "readPreference");
      deprioritized = Set.copyOf(deprioritized);
    }

    /** Any server that the read preference admits, for an operation that is new. */
    public AnyEligible(ReadPreference readPreference) {
      this(readPreference, Set.of());
    }
  }

  /**
   * The server that answered before, and no other: a cursor lives on one server. Where that was
   * over a certain {@link ServerRef#connection}, over that one.
   */
  record SameServer(ServerRef server) implements Target {
    public SameServer {
      requireNonNull(server, "server");
    }
  }
}
