package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.TopologyEvent.ServerClosed;
import dev.tailrace.wire.event.TopologyEvent.ServerDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.ServerOpening;
import dev.tailrace.wire.event.TopologyEvent.TopologyDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.TopologyOpening;
import dev.tailrace.wire.event.TopologyEvents;
import dev.tailrace.wire.topology.HelloReply;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.ServerView;
import dev.tailrace.wire.topology.Topology;
import dev.tailrace.wire.topology.TopologyMachine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The suite of the monitoring specification: phases of hello replies, each with its events. */
class MonitoringEventsTest {

  private static final ObjectId TOPOLOGY_ID = new ObjectId("424242424242424242424242");

  @TestFactory
  Stream<DynamicTest> monitoring() {
    return OfficialTests.in(
        "server-discovery-and-monitoring/tests/monitoring", MonitoringEventsTest::play);
  }

  private static void play(BsonDocument test) {
    TopologyEvents telling = new TopologyEvents(TOPOLOGY_ID);
    TopologyMachine machine = DiscoveryTest.machine(test);
    List<TopologyEvent> events = new ArrayList<>(telling.opening(machine.topology()));
    Topology before = machine.topology();
    events.addAll(telling.between(before, machine.onOpened().topology()));
    int number = 0;
    for (BsonValue phase : test.getArray("phases")) {
      for (BsonValue response : phase.asDocument().getArray("responses", new BsonArray())) {
        before = machine.topology();
        DiscoveryTest.answer(machine, response.asArray());
        events.addAll(telling.between(before, machine.topology()));
      }
      assertThat(events.stream().map(MonitoringEventsTest::document))
          .as("phase %d", number++)
          .containsExactlyElementsOf(expected(phase.asDocument().getDocument("outcome")));
      events.clear();
    }
  }

  private static List<BsonDocument> expected(BsonDocument outcome) {
    assertThat(outcome.keySet()).containsExactly("events");
    // A client that checks its servers in parallel has no use for PossiblePrimary.
    String json = outcome.toJson().replace("PossiblePrimary", "Unknown");
    return BsonDocument.parse(json).getArray("events").stream().map(BsonValue::asDocument).toList();
  }

  /** An event as the suite writes it. */
  private static BsonDocument document(TopologyEvent event) {
    BsonDocument fields = new BsonDocument("topologyId", new BsonString("42"));
    if (event instanceof TopologyOpening) {
      return new BsonDocument("topology_opening_event", fields);
    }
    if (event instanceof TopologyDescriptionChanged changed) {
      fields.append("previousDescription", document(changed.previous()));
      fields.append("newDescription", document(changed.current()));
      return new BsonDocument("topology_description_changed_event", fields);
    }
    if (event instanceof ServerOpening opening) {
      fields.append("address", text(opening.address()));
      return new BsonDocument("server_opening_event", fields);
    }
    if (event instanceof ServerClosed closed) {
      fields.append("address", text(closed.address()));
      return new BsonDocument("server_closed_event", fields);
    }
    if (event instanceof ServerDescriptionChanged changed) {
      fields.append("address", text(changed.address()));
      fields.append("previousDescription", document(changed.previous()));
      fields.append("newDescription", document(changed.current()));
      return new BsonDocument("server_description_changed_event", fields);
    }
    throw new AssertionError("no such event in the suite: " + event);
  }

  private static BsonDocument document(Topology topology) {
    BsonDocument document =
        new BsonDocument("topologyType", new BsonString(topology.type().specName()));
    appendIfThere(document, "setName", topology.setName());
    return document.append(
        "servers",
        new BsonArray(
            topology.servers().values().stream().map(MonitoringEventsTest::document).toList()));
  }

  private static BsonDocument document(ServerView server) {
    @Nullable HelloReply hello = server.hello();
    BsonDocument document =
        new BsonDocument("address", text(server.address()))
            .append("arbiters", texts(hello == null ? Set.of() : hello.arbiters()))
            .append("hosts", texts(hello == null ? Set.of() : hello.hosts()))
            .append("passives", texts(hello == null ? Set.of() : hello.passives()))
            .append("type", new BsonString(server.type().specName()));
    if (hello != null) {
      appendIfThere(document, "primary", hello.primary());
      appendIfThere(document, "setName", hello.setName());
    }
    return document;
  }

  private static void appendIfThere(
      BsonDocument document, String name, @Nullable Object valueOrNull) {
    if (valueOrNull != null) {
      document.append(name, new BsonString(valueOrNull.toString()));
    }
  }

  private static BsonArray texts(Collection<ServerAddress> addresses) {
    return new BsonArray(addresses.stream().map(MonitoringEventsTest::text).toList());
  }

  private static BsonString text(ServerAddress address) {
    return new BsonString(address.toString());
  }
}
