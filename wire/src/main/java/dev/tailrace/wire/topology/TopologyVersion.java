package dev.tailrace.wire.topology;

import static java.util.Objects.requireNonNull;

import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * A server's own count of its changes of state, by which it is seen which of two pieces of news is
 * older (discovery specification, "topologyVersion"). Servers send it since 4.4.
 *
 * @param processId new for every start of the server
 * @param counter grows with every change
 */
public record TopologyVersion(ObjectId processId, long counter) {

  public TopologyVersion {
    requireNonNull(processId, "processId");
  }

  /** The one in {@code reply}; null if there is none, or it is not what it should be. */
  static @Nullable TopologyVersion in(BsonDocument reply) {
    @Nullable BsonValue value = reply.get("topologyVersion");
    if (value == null || !value.isDocument()) {
      return null;
    }
    @Nullable BsonValue processId = value.asDocument().get("processId");
    @Nullable BsonValue counter = value.asDocument().get("counter");
    if (processId == null || !processId.isObjectId() || counter == null || !counter.isNumber()) {
      return null;
    }
    return new TopologyVersion(processId.asObjectId().getValue(), counter.asNumber().longValue());
  }

  /**
   * How {@code current} stands to {@code incoming}: -1 for older, 0 for the same, 1 for newer. What
   * cannot be compared (one is missing, or the process is another) counts as older, so that the
   * news wins.
   */
  static int compare(@Nullable TopologyVersion current, @Nullable TopologyVersion incoming) {
    if (current == null || incoming == null || !current.processId.equals(incoming.processId)) {
      return -1;
    }
    return Long.compare(current.counter, incoming.counter);
  }
}
