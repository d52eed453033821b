package dev.tailrace.wire.topology;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The answer of {@link TopologyMachine} to one piece of news.
 *
 * @param topology the picture from now on
 * @param actions what to do besides following the picture, in this order, once it is followed
 */
public record Update(Topology topology, List<Action> actions) {

  public Update {
    requireNonNull(topology, "topology");
    actions = List.copyOf(actions);
  }

  static Update of(Topology topology, Action... actions) {
    return new Update(topology, List.of(actions));
  }

  /**
   * Something to do about one server.
   *
   * @param kind what
   * @param address the server, which is in the topology
   */
  public record Action(Kind kind, ServerAddress address) {

    /** Kinds of action. */
    public enum Kind {
      /**
       * Check the server as soon as the smallest interval between checks allows. Nothing to do
       * where a check is under way.
       */
      CHECK_NOW,
      /**
       * End a check that is under way, with its connection, and wait for the next one's time: what
       * befell the connections of the pool has befallen this one.
       */
      CANCEL_CHECK,
      /**
       * Close also those connections of older generations that are in use: they wait for nobody.
       */
      INTERRUPT_IN_USE
    }
  }
}
