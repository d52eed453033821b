package dev.tailrace.wire.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.ServerView;
import dev.tailrace.wire.topology.Topology;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;

/**
 * Something that became of the deployment, or of a check of one of its servers (discovery and
 * monitoring logging and monitoring specification, "Events API"; the records are named for its
 * events).
 *
 * <p>Events of one deployment come one after the other, those of pictures in the order in which the
 * pictures changed.
 */
public sealed interface TopologyEvent {

  /** The deployment is about to be looked for. */
  record TopologyOpening(ObjectId topologyId) implements TopologyEvent {
    public TopologyOpening {
      requireNonNull(topologyId, "topologyId");
    }
  }

  /**
   * The picture of the deployment is another one.
   *
   * @param previous what it was; {@link Topology#NONE} when the deployment was opened
   * @param current what it is; {@link Topology#NONE} when the deployment is closed
   */
  record TopologyDescriptionChanged(ObjectId topologyId, Topology previous, Topology current)
      implements TopologyEvent {
    public TopologyDescriptionChanged {
      requireNonNull(topologyId, "topologyId");
      requireNonNull(previous, "previous");
      requireNonNull(current, "current");
    }
  }

  /** The transport was closed: the last event of its deployment. */
  record TopologyClosed(ObjectId topologyId) implements TopologyEvent {
    public TopologyClosed {
      requireNonNull(topologyId, "topologyId");
    }
  }

  /** A server became part of the picture, and is about to be checked. */
  record ServerOpening(ObjectId topologyId, ServerAddress address) implements TopologyEvent {
    public ServerOpening {
      requireNonNull(topologyId, "topologyId");
      requireNonNull(address, "address");
    }
  }

  /** A server says something else of itself than before, or cannot be reached any more. */
  record ServerDescriptionChanged(
      ObjectId topologyId, ServerAddress address, ServerView previous, ServerView current)
      implements TopologyEvent {
    public ServerDescriptionChanged {
      requireNonNull(topologyId, "topologyId");
      requireNonNull(address, "address");
      requireNonNull(previous, "previous");
      requireNonNull(current, "current");
    }
  }

  /** A server is no longer part of the picture. */
  record ServerClosed(ObjectId topologyId, ServerAddress address) implements TopologyEvent {
    public ServerClosed {
      requireNonNull(topologyId, "topologyId");
      requireNonNull(address, "address");
    }
  }

  /**
   * A check of a server.
   *
   * @param connectionId the number, among those for checks of this server, of the connection that
   *     it is made over; a new one where the check begins by connecting
   * @param awaited whether the server answers only when something has changed, or after a while
   */
  record Check(ObjectId topologyId, ServerAddress address, long connectionId, boolean awaited) {
    public Check {
      requireNonNull(topologyId, "topologyId");
      requireNonNull(address, "address");
    }
  }

  /**
   * A server is about to be asked how it is, or, where it streams its answers, to be waited for.
   */
  record ServerHeartbeatStarted(Check check) implements TopologyEvent {
    public ServerHeartbeatStarted {
      requireNonNull(check, "check");
    }
  }

  /**
   * A server said how it is.
   *
   * @param serverConnectionId the number that the server has for the connection, if it told
   * @param durationNanos how long that took, including the connecting where there was need to
   * @param reply what it said
   */
  record ServerHeartbeatSucceeded(
      Check check, OptionalLong serverConnectionId, long durationNanos, BsonDocument reply)
      implements TopologyEvent {
    public ServerHeartbeatSucceeded {
      requireNonNull(check, "check");
      requireNonNull(serverConnectionId, "serverConnectionId");
      requireNonNull(reply, "reply");
    }
  }

  /**
   * A check of a server failed, by an error or because it was broken off.
   *
   * @param serverConnectionId the number that the server has for the connection, if it told
   * @param durationNanos how long that took
   * @param failure what happened, for people
   */
  record ServerHeartbeatFailed(
      Check check, OptionalLong serverConnectionId, long durationNanos, String failure)
      implements TopologyEvent {
    public ServerHeartbeatFailed {
      requireNonNull(check, "check");
      requireNonNull(serverConnectionId, "serverConnectionId");
      requireNonNull(failure, "failure");
    }
  }
}
