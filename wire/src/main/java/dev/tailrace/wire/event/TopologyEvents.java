package dev.tailrace.wire.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.wire.event.TopologyEvent.ServerClosed;
import dev.tailrace.wire.event.TopologyEvent.ServerDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.ServerOpening;
import dev.tailrace.wire.event.TopologyEvent.TopologyClosed;
import dev.tailrace.wire.event.TopologyEvent.TopologyDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.TopologyOpening;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.ServerView;
import dev.tailrace.wire.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The events that lie between two pictures of one deployment. Pure: what there is to tell is the
 * difference, so that no piece of news can be forgotten, and none that changes nothing is told.
 *
 * @param topologyId tells the deployment from others of the same process
 */
public record TopologyEvents(ObjectId topologyId) {

  public TopologyEvents {
    requireNonNull(topologyId, "topologyId");
  }

  /** The deployment is opened with its seeds. */
  public List<TopologyEvent> opening(Topology seeds) {
    List<TopologyEvent> events = new ArrayList<>();
    events.add(new TopologyOpening(topologyId));
    events.add(new TopologyDescriptionChanged(topologyId, Topology.NONE, seeds));
    seeds.servers().keySet().forEach(seed -> events.add(new ServerOpening(topologyId, seed)));
    return events;
  }

  /** One piece of news made the one picture of the other. */
  public List<TopologyEvent> between(Topology previous, Topology current) {
    List<TopologyEvent> events = new ArrayList<>();
    for (ServerView now : current.servers().values()) {
      @Nullable ServerView before = previous.servers().get(now.address());
      if (before != null && !before.describesTheSame(now)) {
        events.add(new ServerDescriptionChanged(topologyId, now.address(), before, now));
      }
    }
    for (ServerAddress address : current.servers().keySet()) {
      if (!previous.servers().containsKey(address)) {
        events.add(new ServerOpening(topologyId, address));
      }
    }
    for (ServerAddress address : previous.servers().keySet()) {
      if (!current.servers().containsKey(address)) {
        events.add(new ServerClosed(topologyId, address));
      }
    }
    if (!previous.describesTheSame(current)) {
      events.add(new TopologyDescriptionChanged(topologyId, previous, current));
    }
    return events;
  }

  /** The transport is closed. */
  public List<TopologyEvent> closing(Topology last) {
    List<TopologyEvent> events = new ArrayList<>(between(last, Topology.NONE));
    events.add(new TopologyClosed(topologyId));
    return events;
  }
}
