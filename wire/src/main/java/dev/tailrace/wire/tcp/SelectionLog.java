package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.wire.topology.ServerAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the search for servers to the log at level debug, in the words of the server selection
 * logging specification, under {@code dev.tailrace.wire.serverSelection}.
 */
final class SelectionLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.tailrace.wire.serverSelection");

  private SelectionLog() {}

  static void started(String operation, ReadPreference selector, Deployment deployment) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "Server selection started for operation {}. Selector: {}, topology description: {}",
          operation,
          text(selector),
          deployment);
    }
  }

  static void succeeded(String operation, ReadPreference selector, ServerAddress server) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "Server selection succeeded for operation {}. Selected server: {}. Selector: {}",
          operation,
          server,
          text(selector));
    }
  }

  /** What it says of the deployment is in the failure's message. */
  static void failed(String operation, ReadPreference selector, NoEligibleServerException failure) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "Server selection failed for operation {}. Failure: {}. Selector: {}",
          operation,
          failure.getMessage(),
          text(selector));
    }
  }

  private static String text(ReadPreference selector) {
    return selector.toDocument().toJson();
  }
}
