package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.wire.topology.BadHelloException;
import dev.tailrace.wire.topology.HelloReply;
import dev.tailrace.wire.topology.RoundTripTime;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.ServerSelector;
import dev.tailrace.wire.topology.ServerType;
import dev.tailrace.wire.topology.ServerView;
import dev.tailrace.wire.topology.Topology;
import dev.tailrace.wire.topology.TopologyType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The suites of the server selection and max staleness specifications. */
class ServerSelectionTest {

  private static final Duration LOCAL_THRESHOLD = Duration.ofMillis(15);

  @TestFactory
  Stream<DynamicTest> suitableServers() {
    return OfficialTests.in("server-selection/tests/server_selection", ServerSelectionTest::play);
  }

  @TestFactory
  Stream<DynamicTest> maxStaleness() {
    return OfficialTests.in("max-staleness/tests", ServerSelectionTest::play);
  }

  @TestFactory
  Stream<DynamicTest> lessLoadedOfTwo() {
    return OfficialTests.in("server-selection/tests/in_window", ServerSelectionTest::playWindow);
  }

  @TestFactory
  Stream<DynamicTest> averageRoundTripTimes() {
    return OfficialTests.in("server-selection/tests/rtt", ServerSelectionTest::playAverage);
  }

  @TestFactory
  Stream<DynamicTest> logging() {
    return OfficialTests.each("server-selection/tests/logging", TransportPlayer::play);
  }

  private static void playAverage(BsonDocument test) {
    RoundTripTime before =
        test.isNumber("avg_rtt_ms")
            ? new RoundTripTime(test.getNumber("avg_rtt_ms").doubleValue() * 1e6)
            : RoundTripTime.NONE; // The suite writes "NULL".

    RoundTripTime after = before.plus(Math.round(test.getNumber("new_rtt_ms").doubleValue() * 1e6));

    assertThat(after.averageNanos() / 1e6)
        .isEqualTo(test.getNumber("new_avg_rtt").doubleValue(), within(1e-9));
  }

  private static void play(BsonDocument test) throws BadHelloException {
    Topology topology = topology(test.getDocument("topology_description"));
    Duration heartbeatFrequency =
        Duration.ofMillis(number(test, "heartbeatFrequencyMS", 10_000).longValue());
    ServerSelector selector = new ServerSelector(LOCAL_THRESHOLD, heartbeatFrequency);
    boolean write = test.getString("operation", new BsonString("read")).getValue().equals("write");
    BsonDocument preference = test.getDocument("read_preference", new BsonDocument());
    if (test.getBoolean("error", BsonBoolean.FALSE).getValue()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> selector.suitable(topology, readPreference(preference), Set.of()));
      return;
    }
    // A write goes where a read with mode primary goes.
    ReadPreference readPreference = write ? ReadPreference.PRIMARY : readPreference(preference);
    Set<ServerAddress> deprioritized = new TreeSet<>();
    for (String address : addresses(test.getArray("deprioritized_servers", new BsonArray()))) {
      deprioritized.add(ServerAddress.parse(address));
    }
    List<ServerView> suitable = selector.suitable(topology, readPreference, deprioritized);
    assertThat(addresses(suitable))
        .containsExactlyInAnyOrderElementsOf(addresses(test.getArray("suitable_servers")));
    assertThat(addresses(selector.inLatencyWindow(suitable)))
        .containsExactlyInAnyOrderElementsOf(addresses(test.getArray("in_latency_window")));
  }

  private static void playWindow(BsonDocument test) throws BadHelloException {
    Topology topology = topology(test.getDocument("topology_description"));
    ServerSelector selector = new ServerSelector(LOCAL_THRESHOLD, Duration.ofSeconds(10));
    Map<String, Integer> operationCounts = new LinkedHashMap<>();
    for (BsonValue server : test.getArray("mocked_topology_state")) {
      operationCounts.put(
          server.asDocument().getString("address").getValue(),
          server.asDocument().getInt32("operation_count").getValue());
    }
    int iterations = test.getInt32("iterations").getValue();
    Random random = new Random(1);
    Map<String, Integer> chosen = new TreeMap<>();
    for (int i = 0; i < iterations; i++) {
      ServerView server =
          selector
              .select(
                  topology,
                  ReadPreference.of(ReadPreference.Mode.NEAREST),
                  Set.of(),
                  view -> operationCounts.getOrDefault(view.address().toString(), 0),
                  random::nextInt)
              .orElseThrow();
      chosen.merge(server.address().toString(), 1, Integer::sum);
    }
    BsonDocument outcome = test.getDocument("outcome");
    double tolerance = number(outcome, "tolerance", 0).doubleValue();
    BsonDocument frequencies = outcome.getDocument("expected_frequencies");
    for (String address : frequencies.keySet()) {
      double expected = frequencies.getNumber(address).doubleValue();
      double found = (double) chosen.getOrDefault(address, 0) / iterations;
      // As the suite asks: 0 and 1 are exact, whatever the tolerance.
      boolean exact = expected == 0 || expected == 1;
      assertThat(found).as(address).isEqualTo(expected, within(exact ? 0 : tolerance));
    }
  }

  private static Topology topology(BsonDocument description) throws BadHelloException {
    String typeName = description.getString("type").getValue();
    TopologyType type =
        Arrays.stream(TopologyType.values())
            .filter(candidate -> candidate.specName().equals(typeName))
            .findFirst()
            .orElseThrow();
    Map<ServerAddress, ServerView> servers = new TreeMap<>();
    for (BsonValue value : description.getArray("servers")) {
      ServerView server = server(value.asDocument());
      servers.put(server.address(), server);
    }
    return new Topology(type, null, null, null, servers, Map.of());
  }

  private static ServerView server(BsonDocument description) throws BadHelloException {
    ServerAddress address = ServerAddress.parse(description.getString("address").getValue());
    String type = description.getString("type").getValue();
    if (type.equals("Unknown") || type.equals("PossiblePrimary")) {
      return view(address, ServerType.UNKNOWN, null, description);
    }
    if (type.equals("LoadBalancer")) {
      return view(address, ServerType.LOAD_BALANCER, null, description);
    }
    HelloReply hello = HelloReply.parse(hello(type, description));
    return view(address, hello.type(), hello, description);
  }

  private static ServerView view(
      ServerAddress address,
      ServerType type,
      @Nullable HelloReply hello,
      BsonDocument description) {
    return new ServerView(
        address,
        type,
        hello,
        hello == null
            ? OptionalLong.empty()
            : OptionalLong.of(number(description, "avg_rtt_ms", 0).longValue() * 1_000_000),
        number(description, "lastUpdateTime", 0).longValue() * 1_000_000,
        null,
        null,
        0,
        Map.of());
  }

  /** The reply by which a server of {@code type} would have been recognised. */
  private static BsonDocument hello(String type, BsonDocument description) {
    BsonDocument hello = new BsonDocument("ok", new BsonInt32(1));
    hello.append("tags", description.getDocument("tags", new BsonDocument()));
    hello.append("maxWireVersion", new BsonInt32(21));
    if (description.containsKey("lastWrite")) {
      long lastWriteDate =
          description.getDocument("lastWrite").getNumber("lastWriteDate").longValue();
      hello.append("lastWrite", new BsonDocument("lastWriteDate", new BsonDateTime(lastWriteDate)));
    }
    switch (type) {
      case "Standalone" -> {}
      case "Mongos" -> hello.append("msg", new BsonString("isdbgrid"));
      case "RSGhost" -> hello.append("isreplicaset", BsonBoolean.TRUE);
      case "RSPrimary" -> member(hello, "isWritablePrimary");
      case "RSSecondary" -> member(hello, "secondary");
      case "RSArbiter" -> member(hello, "arbiterOnly");
      case "RSOther" -> member(hello, "hidden");
      default -> throw new AssertionError("server of type " + type);
    }
    return hello;
  }

  private static void member(BsonDocument hello, String role) {
    hello.append("setName", new BsonString("rs")).append(role, BsonBoolean.TRUE);
  }

  private static ReadPreference readPreference(BsonDocument document) {
    String name = document.getString("mode", new BsonString("primary")).getValue();
    ReadPreference.Mode mode =
        Arrays.stream(ReadPreference.Mode.values())
            .filter(candidate -> candidate.specName().equalsIgnoreCase(name))
            .findFirst()
            .orElseThrow();
    List<Map<String, String>> tagSets = new ArrayList<>();
    for (BsonValue value : document.getArray("tag_sets", new BsonArray())) {
      Map<String, String> tagSet = new LinkedHashMap<>();
      value.asDocument().forEach((tag, text) -> tagSet.put(tag, text.asString().getValue()));
      tagSets.add(tagSet);
    }
    if (tagSets.stream().allMatch(Map::isEmpty)) {
      tagSets.clear(); // [{}] stands for none.
    }
    Optional<Duration> maxStaleness =
        document.containsKey("maxStalenessSeconds")
            ? Optional.of(Duration.ofSeconds(document.getNumber("maxStalenessSeconds").longValue()))
            : Optional.empty();
    return new ReadPreference(mode, tagSets, maxStaleness);
  }

  private static BsonNumber number(BsonDocument document, String name, int otherwise) {
    return document.getNumber(name, new BsonInt32(otherwise));
  }

  private static List<String> addresses(List<ServerView> servers) {
    return servers.stream().map(server -> server.address().toString()).toList();
  }

  private static List<String> addresses(BsonArray servers) {
    return servers.stream()
        .map(server -> server.asDocument().getString("address").getValue())
        .toList();
  }
}
