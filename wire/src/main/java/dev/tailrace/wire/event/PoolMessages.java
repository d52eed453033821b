package dev.tailrace.wire.event;

import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailed;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutStarted;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.event.ConnectionPoolEvent.CloseReason;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionReady;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCleared;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolReady;
import dev.tailrace.wire.topology.ServerAddress;
import java.util.Optional;

/** What there is to log of pools (connection monitoring and pooling, "Connection Pool Logging"). */
final class PoolMessages {

  private PoolMessages() {}

  static LogMessage of(ConnectionPoolEvent event) {
    ServerAddress at = event.address();
    if (event instanceof PoolCreated created) {
      return with(draft("Connection pool created", at), created.options())
          .saying(
              "Connection pool created for " + at + " using options " + text(created.options()));
    } else if (event instanceof PoolReady) {
      return draft("Connection pool ready", at).saying("Connection pool ready for " + at);
    } else if (event instanceof PoolCleared cleared) {
      return cleared(cleared);
    } else if (event instanceof PoolClosed) {
      return draft("Connection pool closed", at).saying("Connection pool closed for " + at);
    } else if (event instanceof CheckOutStarted) {
      return draft("Connection checkout started", at)
          .saying("Checkout started for connection to " + at);
    } else if (event instanceof CheckOutFailed failed) {
      long millis = LogDraft.millis(failed.durationNanos());
      return with(draft("Connection checkout failed", at), failed.error())
          .with("reason", text(failed.reason()))
          .with("durationMS", millis)
          .saying(
              "Checkout failed for connection to %s. Reason: %s%s. Duration: %d ms"
                  .formatted(at, text(failed.reason()), sentence(failed.error()), millis));
    }
    return ofConnection(event);
  }

  private static LogMessage cleared(PoolCleared cleared) {
    LogDraft draft = draft("Connection pool cleared", cleared.address());
    cleared.serviceId().ifPresent(id -> draft.with("serviceId", id.toHexString()));
    return draft
        .with("interruptInUseConnections", cleared.interruptInUseConnections())
        .saying(
            "Connection pool for %s cleared%s%s"
                .formatted(
                    cleared.address(),
                    cleared.serviceId().map(id -> " for serviceId " + id).orElse(""),
                    cleared.interruptInUseConnections() ? ", with the connections in use" : ""));
  }

  private static LogMessage ofConnection(ConnectionPoolEvent event) {
    ServerAddress at = event.address();
    if (event instanceof ConnectionCreated created) {
      return draft("Connection created", at, created.connectionId())
          .saying(connection(at, created.connectionId()) + " created");
    } else if (event instanceof ConnectionReady ready) {
      long millis = LogDraft.millis(ready.durationNanos());
      return draft("Connection ready", at, ready.connectionId())
          .with("durationMS", millis)
          .saying(
              connection(at, ready.connectionId()) + " ready, established in " + millis + " ms");
    } else if (event instanceof ConnectionClosed closed) {
      return with(draft("Connection closed", at, closed.connectionId()), closed.error())
          .with("reason", text(closed.reason()))
          .saying(
              connection(at, closed.connectionId())
                  + " closed. Reason: "
                  + text(closed.reason())
                  + sentence(closed.error()));
    } else if (event instanceof CheckedOut checkedOut) {
      long millis = LogDraft.millis(checkedOut.durationNanos());
      return draft("Connection checked out", at, checkedOut.connectionId())
          .with("durationMS", millis)
          .saying(
              connection(at, checkedOut.connectionId())
                  + " checked out. Duration: "
                  + millis
                  + " ms");
    }
    long connectionId = ((CheckedIn) event).connectionId();
    return draft("Connection checked in", at, connectionId)
        .saying(connection(at, connectionId) + " checked in");
  }

  private static String connection(ServerAddress at, long connectionId) {
    return "Connection to " + at + " with driver-generated ID " + connectionId;
  }

  private static LogDraft draft(String message, ServerAddress at) {
    return new LogDraft(message).with(at);
  }

  private static LogDraft draft(String message, ServerAddress at, long connectionId) {
    return draft(message, at).with("driverConnectionId", connectionId);
  }

  private static LogDraft with(LogDraft draft, Optional<String> error) {
    error.ifPresent(what -> draft.with("error", what));
    return draft;
  }

  private static String sentence(Optional<String> error) {
    return error.map(what -> ". Error: " + what).orElse("");
  }

  private static LogDraft with(LogDraft draft, PoolOptions options) {
    return draft
        .with("maxIdleTimeMS", options.maxIdleTime().toMillis())
        .with("minPoolSize", options.minPoolSize())
        .with("maxPoolSize", options.maxPoolSize())
        .with("maxConnecting", options.maxConnecting())
        .with("waitQueueTimeoutMS", options.waitQueueTimeout().toMillis());
  }

  private static String text(CloseReason reason) {
    return switch (reason) {
      case STALE -> "Connection became stale because the pool was cleared";
      case IDLE ->
          "Connection has been available but unused for longer than the configured max idle time";
      case ERROR -> "An error occurred while using the connection";
      case POOL_CLOSED -> "Connection pool was closed";
    };
  }

  private static String text(CheckOutFailure reason) {
    return switch (reason) {
      case TIMEOUT -> "Wait queue timeout elapsed without a connection becoming available";
      case CONNECTION_ERROR -> "An error occurred while trying to establish a new connection";
      case POOL_CLOSED -> "Connection pool was closed";
      case GIVEN_UP -> "Nobody waits for the connection any more";
    };
  }

  private static String text(PoolOptions options) {
    return "maxIdleTimeMS=%d, minPoolSize=%d, maxPoolSize=%d, maxConnecting=%d, waitQueueTimeoutMS=%d"
        .formatted(
            options.maxIdleTime().toMillis(),
            options.minPoolSize(),
            options.maxPoolSize(),
            options.maxConnecting(),
            options.waitQueueTimeout().toMillis());
  }
}
