package dev.tailrace.wire.event;

import dev.tailrace.wire.topology.ServerAddress;
import java.util.Optional;
import org.bson.types.ObjectId;

/**
 * Something that happened to the pool of one server, or to one of its connections for operations
 * (connection monitoring and pooling specification, "Events"). Connections that only check a server
 * belong to no pool.
 *
 * <p>A connection's number counts from 1 in its pool.
 */
public sealed interface ConnectionPoolEvent {

  /** The server whose pool it is. */
  ServerAddress address();

  /** A pool is there, and paused: its server has not been heard of. */
  record PoolCreated(ServerAddress address, PoolOptions options) implements ConnectionPoolEvent {}

  /** The pool gives connections: its server has answered a check. */
  record PoolReady(ServerAddress address) implements ConnectionPoolEvent {}

  /**
   * All connections so far are given up, and the pool is paused until its server answers again.
   *
   * @param interruptInUseConnections whether those in use are closed as well
   * @param serviceId the service behind the load balancer whose connections alone are meant; empty
   *     for all
   */
  record PoolCleared(
      ServerAddress address, boolean interruptInUseConnections, Optional<ObjectId> serviceId)
      implements ConnectionPoolEvent {}

  /** The pool gives no connections any more: the transport or the server is gone. */
  record PoolClosed(ServerAddress address) implements ConnectionPoolEvent {}

  /** A connection has its number, and is about to be made. */
  record ConnectionCreated(ServerAddress address, long connectionId)
      implements ConnectionPoolEvent {}

  /**
   * A connection is connected, greeted and authenticated.
   *
   * @param durationNanos since it was created
   */
  record ConnectionReady(ServerAddress address, long connectionId, long durationNanos)
      implements ConnectionPoolEvent {}

  /**
   * A connection is of no more use, and is being closed in the background.
   *
   * @param error why it could not be made, for people, where that is so; what breaks an exchange is
   *     told with its command
   */
  record ConnectionClosed(
      ServerAddress address, long connectionId, CloseReason reason, Optional<String> error)
      implements ConnectionPoolEvent {}

  /** A request asks for a connection. */
  record CheckOutStarted(ServerAddress address) implements ConnectionPoolEvent {}

  /**
   * A request does not get a connection.
   *
   * @param error why a connection could not be made, for people, where it asked for that
   * @param durationNanos since it asked
   */
  record CheckOutFailed(
      ServerAddress address, CheckOutFailure reason, Optional<String> error, long durationNanos)
      implements ConnectionPoolEvent {}

  /**
   * A request has got a connection.
   *
   * @param durationNanos since it asked, with the time that it took to make the connection
   */
  record CheckedOut(ServerAddress address, long connectionId, long durationNanos)
      implements ConnectionPoolEvent {}

  /** A request has given its connection back, good or bad. */
  record CheckedIn(ServerAddress address, long connectionId) implements ConnectionPoolEvent {}

  /** Why a connection is closed. */
  enum CloseReason {
    /** It was made before the pool was last cleared. */
    STALE("stale"),
    /** Nobody has used it for too long; or it was one too many, and nobody needs it now. */
    IDLE("idle"),
    /** It could not be made, broke, or was closed in the middle of an exchange. */
    ERROR("error"),
    /** Its pool was closed. */
    POOL_CLOSED("poolClosed");

    private final String specName;

    CloseReason(String specName) {
      this.specName = specName;
    }

    /** The name as the specification spells it. */
    public String specName() {
      return specName;
    }
  }

  /** Why a request does not get a connection. */
  enum CheckOutFailure {
    /** None was free in the time allowed. */
    TIMEOUT("timeout"),
    /** The pool is paused, was cleared meanwhile, or the connection could not be made. */
    CONNECTION_ERROR("connectionError"),
    /** The pool was closed. */
    POOL_CLOSED("poolClosed"),
    /** Nobody wants it any more. The specification knows no requests that can be given up. */
    GIVEN_UP("givenUp");

    private final String specName;

    CheckOutFailure(String specName) {
      this.specName = specName;
    }

    /** The name as the specification spells it, where it knows the reason. */
    public String specName() {
      return specName;
    }
  }
}
