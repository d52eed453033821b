package dev.tailrace.wire.tcp;

import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.CommandEvent.Context;
import dev.tailrace.wire.event.ConnectionPoolEvent;
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
import dev.tailrace.wire.event.PoolOptions;
import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.TopologyEvent.ServerClosed;
import dev.tailrace.wire.event.TopologyEvent.ServerDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatFailed;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatStarted;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatSucceeded;
import dev.tailrace.wire.event.TopologyEvent.ServerOpening;
import dev.tailrace.wire.event.TopologyEvent.TopologyClosed;
import dev.tailrace.wire.event.TopologyEvent.TopologyDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.TopologyOpening;
import dev.tailrace.wire.event.WireListener;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.json.JsonWriterSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the log at level debug, in the words of the logging specifications: commands
 * under {@code dev.tailrace.wire.command}, pools under {@code dev.tailrace.wire.connection}, the
 * deployment under {@code dev.tailrace.wire.topology}. Events hold no secrets, so what is written
 * holds none.
 */
final class EventLog implements WireListener {

  /** How much of a document is written (logging specification, "Configuration"). */
  static final int MAX_DOCUMENT_LENGTH = 1000;

  /** A reply may have megabytes. One character more than is written, to see that there are more. */
  private static final JsonWriterSettings ENOUGH =
      JsonWriterSettings.builder().maxLength(MAX_DOCUMENT_LENGTH + 1).build();

  private static final Logger COMMANDS = LoggerFactory.getLogger("dev.tailrace.wire.command");
  private static final Logger CONNECTIONS = LoggerFactory.getLogger("dev.tailrace.wire.connection");

  private static final Logger TOPOLOGY = LoggerFactory.getLogger("dev.tailrace.wire.topology");

  static boolean tellsOfCommands() {
    return COMMANDS.isDebugEnabled();
  }

  static boolean tellsOfPools() {
    return CONNECTIONS.isDebugEnabled();
  }

  static boolean tellsOfTopology() {
    return TOPOLOGY.isDebugEnabled();
  }

  @Override
  public void topology(TopologyEvent event) {
    if (TOPOLOGY.isDebugEnabled()) {
      TOPOLOGY.debug(words(event));
    }
  }

  @Override
  public void command(CommandEvent event) {
    if (COMMANDS.isDebugEnabled()) {
      COMMANDS.debug(words(event));
    }
  }

  @Override
  public void pool(ConnectionPoolEvent event) {
    if (CONNECTIONS.isDebugEnabled()) {
      CONNECTIONS.debug(words(event));
    }
  }

  static String words(CommandEvent event) {
    Context at = event.context();
    String command = "Command \"" + at.commandName() + "\" ";
    String where =
        " on database \"%s\" using a connection with %sdriver-generated ID %d to %s%s. The requestID is %d."
            .formatted(
                at.databaseName(),
                at.serverConnectionId().isPresent()
                    ? "server-generated ID " + at.serverConnectionId().getAsLong() + " and "
                    : "",
                at.connectionId(),
                at.address(),
                at.serviceId().map(id -> " with service ID " + id).orElse(""),
                at.requestId());
    if (event instanceof CommandEvent.Started started) {
      return command + "started" + where + " Command: " + text(started.command());
    }
    if (event instanceof CommandEvent.Succeeded succeeded) {
      return command
          + "succeeded in %d ms".formatted(millis(succeeded.durationNanos()))
          + where
          + " Command reply: "
          + text(succeeded.reply());
    }
    CommandEvent.Failed failed = (CommandEvent.Failed) event;
    return command
        + "failed in %d ms".formatted(millis(failed.durationNanos()))
        + where
        + " Error: "
        + truncated(failed.failure());
  }

  static String words(TopologyEvent event) {
    if (event instanceof TopologyOpening) {
      return "Starting topology monitoring";
    } else if (event instanceof TopologyClosed) {
      return "Stopped topology monitoring";
    } else if (event instanceof TopologyDescriptionChanged changed) {
      return "Topology description changed. Previous description: %s. New description: %s"
          .formatted(changed.previous(), changed.current());
    } else if (event instanceof ServerOpening opening) {
      return "Starting monitoring for server " + opening.address();
    } else if (event instanceof ServerClosed closed) {
      return "Stopped monitoring for server " + closed.address();
    } else if (event instanceof ServerDescriptionChanged changed) {
      return "Server description of %s changed".formatted(changed.address());
    } else if (event instanceof ServerHeartbeatStarted started) {
      return "Heartbeat started for %s. Awaited: %s"
          .formatted(started.address(), started.awaited());
    } else if (event instanceof ServerHeartbeatSucceeded succeeded) {
      return "Heartbeat succeeded in %d ms for %s. Awaited: %s"
          .formatted(millis(succeeded.durationNanos()), succeeded.address(), succeeded.awaited());
    }
    ServerHeartbeatFailed failed = (ServerHeartbeatFailed) event;
    return "Heartbeat failed in %d ms for %s. Awaited: %s. Failure: %s"
        .formatted(
            millis(failed.durationNanos()),
            failed.address(),
            failed.awaited(),
            truncated(failed.failure()));
  }

  static String words(ConnectionPoolEvent event) {
    String at = event.address().toString();
    if (event instanceof PoolCreated created) {
      return "Connection pool created for %s using options %s"
          .formatted(at, text(created.options()));
    } else if (event instanceof PoolReady) {
      return "Connection pool ready for " + at;
    } else if (event instanceof PoolCleared cleared) {
      return "Connection pool for %s cleared%s%s"
          .formatted(
              at,
              cleared.serviceId().map(id -> " for serviceId " + id).orElse(""),
              cleared.interruptInUseConnections() ? ", with the connections in use" : "");
    } else if (event instanceof PoolClosed) {
      return "Connection pool closed for " + at;
    } else if (event instanceof ConnectionCreated created) {
      return connection(at, created.connectionId()) + " created";
    } else if (event instanceof ConnectionReady ready) {
      return connection(at, ready.connectionId())
          + " ready, established in %d ms".formatted(millis(ready.durationNanos()));
    } else if (event instanceof ConnectionClosed closed) {
      return connection(at, closed.connectionId()) + " closed. Reason: " + text(closed.reason());
    } else if (event instanceof CheckOutStarted) {
      return "Checkout started for connection to " + at;
    } else if (event instanceof CheckOutFailed failed) {
      return "Checkout failed for connection to %s. Reason: %s. Duration: %d ms"
          .formatted(at, text(failed.reason()), millis(failed.durationNanos()));
    } else if (event instanceof CheckedOut checkedOut) {
      return connection(at, checkedOut.connectionId())
          + " checked out. Duration: %d ms".formatted(millis(checkedOut.durationNanos()));
    }
    return connection(at, ((CheckedIn) event).connectionId()) + " checked in";
  }

  private static String connection(String address, long connectionId) {
    return "Connection to %s with driver-generated ID %d".formatted(address, connectionId);
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

  private static String text(BsonDocument document) {
    return truncated(document.toJson(ENOUGH));
  }

  /** Counted in code points: no character is cut in two (logging specification). */
  static String truncated(String text) {
    return text.codePointCount(0, text.length()) <= MAX_DOCUMENT_LENGTH
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_DOCUMENT_LENGTH)) + "...";
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
