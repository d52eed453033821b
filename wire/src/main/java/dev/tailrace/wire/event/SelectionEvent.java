package dev.tailrace.wire.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.Topology;

/**
 * What became of the search for a server that a command may go to (server selection specification,
 * "Logging"). Of a command that has to go to one server there are none: nothing is searched for.
 */
public sealed interface SelectionEvent {

  /** What is searched for. */
  Context context();

  /**
   * A search.
   *
   * @param commandName the command that it is for
   * @param readPreference which servers will do
   * @param topology the picture of the deployment at this moment; {@link Topology#NONE} as long as
   *     its seeds are not known
   */
  record Context(String commandName, ReadPreference readPreference, Topology topology) {
    public Context {
      requireNonNull(commandName, "commandName");
      requireNonNull(readPreference, "readPreference");
      requireNonNull(topology, "topology");
    }
  }

  /** The search begins. */
  record Started(Context context) implements SelectionEvent {
    public Started {
      requireNonNull(context, "context");
    }
  }

  /**
   * There is no such server, and one is waited for. Told once for each search.
   *
   * @param remainingNanos until the search is given up
   */
  record Waiting(Context context, long remainingNanos) implements SelectionEvent {
    public Waiting {
      requireNonNull(context, "context");
    }
  }

  /** There is a server. */
  record Succeeded(Context context, ServerAddress address) implements SelectionEvent {
    public Succeeded {
      requireNonNull(context, "context");
      requireNonNull(address, "address");
    }
  }

  /**
   * There is none. A search that nobody waits for any more, as the stream was closed, ends without.
   *
   * @param failure why, for people
   */
  record Failed(Context context, String failure) implements SelectionEvent {
    public Failed {
      requireNonNull(context, "context");
      requireNonNull(failure, "failure");
    }
  }
}
