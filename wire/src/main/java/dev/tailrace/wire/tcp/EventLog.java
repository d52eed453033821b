package dev.tailrace.wire.tcp;

import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.LogMessage;
import dev.tailrace.wire.event.SelectionEvent;
import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.WireListener;
import java.lang.System.Logger.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the log, at level debug but for a server that is waited for (info), in the words
 * of the logging specifications: commands under {@code dev.tailrace.wire.command}, pools under
 * {@code dev.tailrace.wire.connection}, searches for servers under {@code
 * dev.tailrace.wire.serverSelection}, the deployment under {@code dev.tailrace.wire.topology}.
 * Events hold no secrets, so what is written holds none.
 */
final class EventLog implements WireListener {

  private static final Logger COMMANDS = LoggerFactory.getLogger("dev.tailrace.wire.command");
  private static final Logger CONNECTIONS = LoggerFactory.getLogger("dev.tailrace.wire.connection");

  private static final Logger SELECTION =
      LoggerFactory.getLogger("dev.tailrace.wire.serverSelection");

  private static final Logger TOPOLOGY = LoggerFactory.getLogger("dev.tailrace.wire.topology");

  static boolean tellsOfCommands() {
    return COMMANDS.isDebugEnabled();
  }

  static boolean tellsOfSelections() {
    return SELECTION.isInfoEnabled();
  }

  static boolean tellsOfPools() {
    return CONNECTIONS.isDebugEnabled();
  }

  static boolean tellsOfTopology() {
    return TOPOLOGY.isDebugEnabled();
  }

  @Override
  public void selection(SelectionEvent event) {
    if (SELECTION.isInfoEnabled()) {
      log(SELECTION, LogMessage.of(event));
    }
  }

  @Override
  public void topology(TopologyEvent event) {
    if (TOPOLOGY.isDebugEnabled()) {
      LogMessage.of(event).ifPresent(message -> log(TOPOLOGY, message));
    }
  }

  @Override
  public void command(CommandEvent event) {
    if (COMMANDS.isDebugEnabled()) {
      log(COMMANDS, LogMessage.of(event));
    }
  }

  @Override
  public void pool(ConnectionPoolEvent event) {
    if (CONNECTIONS.isDebugEnabled()) {
      log(CONNECTIONS, LogMessage.of(event));
    }
  }

  private static void log(Logger logger, LogMessage message) {
    if (message.level() == Level.INFO) {
      logger.info(message.text());
    } else {
      logger.debug(message.text());
    }
  }
}
