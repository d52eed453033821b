package dev.tailrace.wire.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.event.TopologyEvent.ServerClosed;
import dev.tailrace.wire.event.TopologyEvent.ServerDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.ServerOpening;
import dev.tailrace.wire.event.TopologyEvent.TopologyClosed;
import dev.tailrace.wire.event.TopologyEvent.TopologyDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.TopologyOpening;
import dev.tailrace.wire.topology.BadHelloException;
import dev.tailrace.wire.topology.ConnectionMode;
import dev.tailrace.wire.topology.HelloReply;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.Topology;
import dev.tailrace.wire.topology.TopologyMachine;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

class TopologyEventsTest {

  private static final ObjectId ID = new ObjectId("0123456789abcdef01234567");
  private static final ServerAddress A = ServerAddress.parse("a");
  private static final ServerAddress B = ServerAddress.parse("b");

  private final TopologyEvents telling = new TopologyEvents(ID);
  private final TopologyMachine machine =
      new TopologyMachine(List.of(A), null, ConnectionMode.DISCOVER);

  @Test
  void theWholeLife() throws BadHelloException {
    Topology seeds = machine.topology();
    assertThat(telling.opening(seeds))
        .containsExactly(
            new TopologyOpening(ID),
            new TopologyDescriptionChanged(ID, Topology.NONE, seeds),
            new ServerOpening(ID, A));

    Topology found = hello("secondary: true, lastWrite: {lastWriteDate: {$date: 1000}}", 1);
    assertThat(telling.between(seeds, found))
        .containsExactly(
            new ServerDescriptionChanged(
                ID, A, seeds.server(A).orElseThrow(), found.server(A).orElseThrow()),
            new ServerOpening(ID, B),
            new TopologyDescriptionChanged(ID, seeds, found));

    assertThat(telling.closing(found))
        .containsExactly(
            new ServerClosed(ID, A),
            new ServerClosed(ID, B),
            new TopologyDescriptionChanged(ID, found, Topology.NONE),
            new TopologyClosed(ID));
  }

  @Test
  void aLaterWriteOrAnotherRoundTripIsNoNews() throws BadHelloException {
    Topology before = hello("secondary: true, lastWrite: {lastWriteDate: {$date: 1000}}", 1);
    Topology after = hello("secondary: true, lastWrite: {lastWriteDate: {$date: 2000}}", 2);

    assertThat(before).isNotEqualTo(after);
    assertThat(telling.between(before, after)).isEmpty();
  }

  @Test
  void anotherTagIsNews() throws BadHelloException {
    Topology before = hello("secondary: true, tags: {dc: 'ny'}", 1);
    Topology after = hello("secondary: true, tags: {dc: 'sf'}", 1);

    assertThat(telling.between(before, after)).hasSize(2);
  }

  private Topology hello(String fields, long roundTripNanos) throws BadHelloException {
    String reply = "{ok: 1, setName: 'rs', hosts: ['a', 'b'], maxWireVersion: 25, %s}";
    BsonDocument document = BsonDocument.parse(reply.formatted(fields));
    return machine.onHello(A, HelloReply.parse(document), roundTripNanos, 1).topology();
  }
}
