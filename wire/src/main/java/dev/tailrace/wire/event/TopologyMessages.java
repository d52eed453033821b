package dev.tailrace.wire.event;

import dev.tailrace.wire.event.TopologyEvent.Check;
import dev.tailrace.wire.event.TopologyEvent.ServerClosed;
import dev.tailrace.wire.event.TopologyEvent.ServerDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatFailed;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatStarted;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatSucceeded;
import dev.tailrace.wire.event.TopologyEvent.ServerOpening;
import dev.tailrace.wire.event.TopologyEvent.TopologyClosed;
import dev.tailrace.wire.event.TopologyEvent.TopologyDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.TopologyOpening;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.types.ObjectId;

/**
 * What there is to log of a deployment (discovery and monitoring logging and monitoring
 * specification, "Log Messages").
 */
final class TopologyMessages {

  private TopologyMessages() {}

  /** Nothing for a server that changed: the specification logs the picture with it alone. */
  static Optional<LogMessage> of(TopologyEvent event, int maxDocumentLength) {
    return event instanceof ServerDescriptionChanged
        ? Optional.empty()
        : Optional.of(message(event, maxDocumentLength));
  }

  private static LogMessage message(TopologyEvent event, int maxDocumentLength) {
    if (event instanceof TopologyOpening opening) {
      return draft("Starting topology monitoring", opening.topologyId())
          .saying("Starting monitoring for topology with ID " + opening.topologyId());
    } else if (event instanceof TopologyClosed closed) {
      return draft("Stopped topology monitoring", closed.topologyId())
          .saying("Stopped monitoring for topology with ID " + closed.topologyId());
    } else if (event instanceof ServerOpening opening) {
      return draft("Starting server monitoring", opening.topologyId())
          .with(opening.address())
          .saying(
              "Starting monitoring for server %s in topology with ID %s"
                  .formatted(opening.address(), opening.topologyId()));
    } else if (event instanceof ServerClosed closed) {
      return draft("Stopped server monitoring", closed.topologyId())
          .with(closed.address())
          .saying(
              "Stopped monitoring for server %s in topology with ID %s"
                  .formatted(closed.address(), closed.topologyId()));
    } else if (event instanceof TopologyDescriptionChanged changed) {
      return draft("Topology description changed", changed.topologyId())
          .with("previousDescription", changed.previous().toString())
          .with("newDescription", changed.current().toString())
          .saying(
              "Description changed for topology with ID %s. Previous description: %s. New description: %s"
                  .formatted(changed.topologyId(), changed.previous(), changed.current()));
    }
    return heartbeat(event, maxDocumentLength);
  }

  private static LogMessage heartbeat(TopologyEvent event, int maxDocumentLength) {
    if (event instanceof ServerHeartbeatStarted started) {
      return draft("Server heartbeat started", started.check(), OptionalLong.empty())
          .saying(sentence("started", started.check(), OptionalLong.empty()));
    } else if (event instanceof ServerHeartbeatSucceeded succeeded) {
      long millis = LogDraft.millis(succeeded.durationNanos());
      String reply = LogDraft.text(succeeded.reply(), maxDocumentLength);
      return draft("Server heartbeat succeeded", succeeded.check(), succeeded.serverConnectionId())
          .with("durationMS", millis)
          .with("reply", reply)
          .saying(
              sentence(
                      "succeeded in " + millis + " ms",
                      succeeded.check(),
                      succeeded.serverConnectionId())
                  + ". Reply: "
                  + reply);
    }
    ServerHeartbeatFailed failed = (ServerHeartbeatFailed) event;
    long millis = LogDraft.millis(failed.durationNanos());
    return draft("Server heartbeat failed", failed.check(), failed.serverConnectionId())
        .with("durationMS", millis)
        .with("failure", failed.failure())
        .saying(
            sentence("failed in " + millis + " ms", failed.check(), failed.serverConnectionId())
                + ". Failure: "
                + failed.failure());
  }

  private static LogDraft draft(String message, ObjectId topologyId) {
    return new LogDraft(message).with("topologyId", topologyId.toHexString());
  }

  private static LogDraft draft(String message, Check check, OptionalLong serverConnectionId) {
    LogDraft draft =
        draft(message, check.topologyId())
            .with(check.address())
            .with("driverConnectionId", check.connectionId())
            .with("awaited", check.awaited());
    serverConnectionId.ifPresent(id -> draft.with("serverConnectionId", id));
    return draft;
  }

  private static String sentence(String what, Check check, OptionalLong serverConnectionId) {
    return "Heartbeat %s for %s on a connection with %sdriver-generated ID %d in topology with ID %s. Awaited: %s"
        .formatted(
            what,
            check.address(),
            serverConnectionId.isPresent()
                ? "server-generated ID " + serverConnectionId.getAsLong() + " and "
                : "",
            check.connectionId(),
            check.topologyId(),
            check.awaited());
  }
}
