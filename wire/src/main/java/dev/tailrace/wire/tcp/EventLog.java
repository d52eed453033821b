package dev.tailrace.wire.tcp;

import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.LogMessage;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the log at level debug, in the words of the logging specifications: commands
 * under {@code dev.tailrace.wire.command}, pools under {@code dev.tailrace.wire.connection}, the
 * deployment under {@code dev.tailrace.wire.topology}. Events hold no secrets, so what is written
 * holds none.
 */
final class EventLog implements WireListener {

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
      COMMANDS.debug(LogMessage.of(event).text());
    }
  }

  @Override
  public void pool(ConnectionPoolEvent event) {
    if (CONNECTIONS.isDebugEnabled()) {
      CONNECTIONS.debug(LogMessage.of(event).text());
    }
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
            millis(failed.durationNanos()), failed.address(), failed.awaited(), failed.failure());
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
