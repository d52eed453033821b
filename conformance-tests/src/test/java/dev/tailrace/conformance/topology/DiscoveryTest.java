package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.tcp.ConnectionString;
import dev.tailrace.wire.topology.BadHelloException;
import dev.tailrace.wire.topology.HelloReply;
import dev.tailrace.wire.topology.NetworkFault;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.ServerView;
import dev.tailrace.wire.topology.StateChangeError;
import dev.tailrace.wire.topology.Topology;
import dev.tailrace.wire.topology.TopologyMachine;
import dev.tailrace.wire.topology.TopologyVersion;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The suites of the discovery specification: phases of hello replies and of errors, each with the
 * topology that must come of it.
 */
class DiscoveryTest {

  private static final String SUITES = "server-discovery-and-monitoring/tests/";

  @TestFactory
  Stream<DynamicTest> replicaSets() {
    return OfficialTests.in(SUITES + "rs", DiscoveryTest::play);
  }

  @TestFactory
  Stream<DynamicTest> singleServers() {
    return OfficialTests.in(SUITES + "single", DiscoveryTest::play);
  }

  @TestFactory
  Stream<DynamicTest> shardedClusters() {
    return OfficialTests.in(SUITES + "sharded", DiscoveryTest::play);
  }

  @TestFactory
  Stream<DynamicTest> errorsOfOperations() {
    return OfficialTests.in(SUITES + "errors", DiscoveryTest::play);
  }

  @TestFactory
  Stream<DynamicTest> loadBalancers() {
    return OfficialTests.in(SUITES + "load-balanced", DiscoveryTest::play);
  }

  @TestFactory
  Stream<DynamicTest> driversAgainstFailPoints() {
    return OfficialTests.each(SUITES + "unified", TransportPlayer::play);
  }

  @TestFactory
  Stream<DynamicTest> driversAgainstLoadBalancers() {
    return OfficialTests.listed("load-balancers/tests");
  }

  static TopologyMachine machine(BsonDocument test) {
    ConnectionString uri = ConnectionString.parse(test.getString("uri").getValue());
    return new TopologyMachine(uri.seeds(), uri.replicaSet().orElse(null), uri.connectionMode());
  }

  private static void play(BsonDocument test) {
    TopologyMachine machine = machine(test);
    machine.onOpened();
    int number = 0;
    for (BsonValue value : test.getArray("phases")) {
      BsonDocument phase = value.asDocument();
      for (BsonValue response : phase.getArray("responses", new BsonArray())) {
        answer(machine, response.asArray());
      }
      for (BsonValue error : phase.getArray("applicationErrors", new BsonArray())) {
        fail(machine, error.asDocument());
      }
      check("phase " + number++, machine.topology(), phase.getDocument("outcome"));
    }
  }

  /** {@code [address, reply]}; an empty reply is a network error of the check. */
  static void answer(TopologyMachine machine, BsonArray response) {
    ServerAddress address = ServerAddress.parse(response.get(0).asString().getValue());
    BsonDocument reply = response.get(1).asDocument();
    if (reply.isEmpty()) {
      machine.onCheckFailed(address, "network error", false);
      return;
    }
    try {
      machine.onHello(address, HelloReply.parse(reply), 0, 0);
    } catch (BadHelloException e) {
      throw new AssertionError(e);
    }
  }

  private static void fail(TopologyMachine machine, BsonDocument error) {
    ServerAddress address = ServerAddress.parse(error.getString("address").getValue());
    int current = machine.topology().server(address).map(ServerView::poolGeneration).orElse(0);
    int generation = error.getInt32("generation", new BsonInt32(current)).getValue();
    boolean afterHandshake = error.getString("when").getValue().equals("afterHandshakeCompletes");
    String type = error.getString("type").getValue();
    switch (type) {
      case "command" ->
          StateChangeError.in(error.getDocument("response"))
              .ifPresent(
                  stateChange ->
                      machine.onStateChangeError(
                          address,
                          generation,
                          error.getInt32("maxWireVersion").getValue(),
                          stateChange));
      case "network" ->
          machine.onNetworkError(
              address,
              generation,
              afterHandshake ? NetworkFault.BROKEN : NetworkFault.NOT_ESTABLISHED,
              "network error");
      case "timeout" ->
          machine.onNetworkError(
              address,
              generation,
              afterHandshake ? NetworkFault.TIMED_OUT : NetworkFault.NOT_ESTABLISHED,
              "timeout");
      default -> throw new AssertionError("application error of type " + type);
    }
  }

  private static void check(String phase, Topology topology, BsonDocument outcome) {
    for (String field : outcome.keySet()) {
      BsonValue expected = outcome.get(field);
      switch (field) {
        case "topologyType" ->
            assertThat(new BsonString(topology.type().specName())).as(phase).isEqualTo(expected);
        case "setName" -> assertThat(string(topology.setName())).as(phase).isEqualTo(expected);
        case "maxSetVersion" ->
            assertThat(number(topology.maxSetVersion())).as(phase).isEqualTo(expected);
        case "maxElectionId" ->
            assertThat(objectId(topology.maxElectionId())).as(phase).isEqualTo(expected);
        case "logicalSessionTimeoutMinutes" ->
            assertThat(number(topology.logicalSessionTimeoutMinutes().orElse(null)))
                .as(phase)
                .isEqualTo(expected);
        case "compatible" ->
            assertThat(topology.incompatibility().isEmpty())
                .as(phase)
                .isEqualTo(expected.asBoolean().getValue());
        case "servers" -> checkServers(phase, topology, expected.asDocument());
        default -> throw new AssertionError("outcome with an unknown field: " + field);
      }
    }
  }

  private static void checkServers(String phase, Topology topology, BsonDocument expected) {
    assertThat(topology.servers().keySet())
        .as(phase)
        .extracting(ServerAddress::toString)
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    topology
        .servers()
        .forEach(
            (address, server) ->
                checkServer(
                    phase + ", " + address, server, expected.getDocument(address.toString())));
  }

  private static void checkServer(String where, ServerView server, BsonDocument outcome) {
    @Nullable HelloReply hello = server.hello();
    for (String field : outcome.keySet()) {
      BsonValue expected = outcome.get(field);
      switch (field) {
        case "type" -> {
          // A client that checks its servers in parallel has no use for PossiblePrimary.
          String type = expected.asString().getValue().replace("PossiblePrimary", "Unknown");
          assertThat(server.type().specName()).as(where).isEqualTo(type);
        }
        case "setName" ->
            assertThat(string(hello == null ? null : hello.setName()))
                .as(where)
                .isEqualTo(expected);
        case "setVersion" ->
            assertThat(number(hello == null ? null : hello.setVersion()))
                .as(where)
                .isEqualTo(expected);
        case "electionId" ->
            assertThat(objectId(hello == null ? null : hello.electionId()))
                .as(where)
                .isEqualTo(expected);
        case "logicalSessionTimeoutMinutes" ->
            assertThat(number(hello == null ? null : hello.logicalSessionTimeoutMinutes()))
                .as(where)
                .isEqualTo(expected);
        case "minWireVersion" ->
            assertThat(hello == null ? 0 : hello.minWireVersion())
                .as(where)
                .isEqualTo(wireVersion(expected));
        case "maxWireVersion" ->
            assertThat(hello == null ? 0 : hello.maxWireVersion())
                .as(where)
                .isEqualTo(wireVersion(expected));
        case "topologyVersion" ->
            assertThat(document(server.topologyVersion())).as(where).isEqualTo(expected);
        case "pool" ->
            assertThat(new BsonDocument("generation", new BsonInt32(server.poolGeneration())))
                .as(where)
                .isEqualTo(expected);
        case "error" ->
            assertThat(server.error()).as(where).contains(expected.asString().getValue());
        default -> throw new AssertionError(where + ": unknown field " + field);
      }
    }
  }

  /** What the suite calls null, for servers that have said nothing, is 0 here. */
  private static int wireVersion(BsonValue expected) {
    return expected.isNull() ? 0 : expected.asInt32().getValue();
  }

  private static BsonValue string(@Nullable String value) {
    return value == null ? BsonNull.VALUE : new BsonString(value);
  }

  private static BsonValue number(@Nullable Long value) {
    return value == null ? BsonNull.VALUE : new BsonInt32(Math.toIntExact(value));
  }

  private static BsonValue objectId(@Nullable ObjectId value) {
    return value == null ? BsonNull.VALUE : new BsonObjectId(value);
  }

  private static BsonValue document(@Nullable TopologyVersion version) {
    return version == null
        ? BsonNull.VALUE
        : new BsonDocument("processId", new BsonObjectId(version.processId()))
            .append("counter", new BsonInt64(version.counter()));
  }
}
