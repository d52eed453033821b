package dev.tailrace.wire.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.wire.event.CommandEvent.Context;
import dev.tailrace.wire.event.CommandEvent.Failed;
import dev.tailrace.wire.event.CommandEvent.Started;
import dev.tailrace.wire.event.CommandEvent.Succeeded;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailed;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutStarted;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.event.ConnectionPoolEvent.CloseReason;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionReady;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCleared;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolReady;
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
import dev.tailrace.wire.topology.ConnectionMode;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.ServerView;
import dev.tailrace.wire.topology.Topology;
import dev.tailrace.wire.topology.TopologyMachine;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The lines of the log, as the logging specifications word them. */
class LogMessageTest {

  private static final ServerAddress AT = new ServerAddress("a", 1);
  private static final Context CONTEXT =
      new Context("ping", "db", 7, AT, 3, OptionalLong.of(99), Optional.empty());
  private static final ObjectId TOPOLOGY_ID = new ObjectId("c".repeat(24));
  private static final String WHERE =
      "on database \"db\" using a connection with server-generated ID 99 and driver-generated ID 3"
          + " to a:1. The requestID is 7.";

  private static String text(CommandEvent event) {
    return LogMessage.of(event).text();
  }

  @Test
  void commands() {
    assertThat(text(new Started(CONTEXT, BsonDocument.parse("{ping: 1}"))))
        .isEqualTo("Command \"ping\" started " + WHERE + " Command: {\"ping\": 1}");
    assertThat(text(new Succeeded(CONTEXT, 5_000_000, BsonDocument.parse("{ok: 1}"))))
        .isEqualTo("Command \"ping\" succeeded in 5 ms " + WHERE + " Command reply: {\"ok\": 1}");
    assertThat(text(new Failed(CONTEXT, 5_000_000, "no", null)))
        .isEqualTo("Command \"ping\" failed in 5 ms " + WHERE + " Error: no");
    Context unnumbered =
        new Context("ping", "db", 7, AT, 3, OptionalLong.empty(), Optional.empty());
    assertThat(text(new Failed(unnumbered, 0, "no", null)))
        .contains("using a connection with driver-generated ID 3 to a:1.");
  }

  @Test
  void whatIsSaidIsThereByNameToo() {
    Context balanced =
        new Context(
            "ping", "db", 7, AT, 3, OptionalLong.of(99), Optional.of(new ObjectId("a".repeat(24))));
    assertThat(LogMessage.of(new Failed(balanced, 5_000_000, "no", null)).fields())
        .containsExactly(
            entry("message", "Command failed"),
            entry("commandName", "ping"),
            entry("databaseName", "db"),
            entry("requestId", 7),
            entry("driverConnectionId", 3L),
            entry("serverHost", "a"),
            entry("serverPort", 1),
            entry("serverConnectionId", 99L),
            entry("serviceId", "a".repeat(24)),
            entry("durationMS", 5L),
            entry("failure", "no"));
    assertThat(
            LogMessage.of(new PoolCleared(AT, true, Optional.of(new ObjectId("b".repeat(24)))))
                .fields())
        .containsExactly(
            entry("message", "Connection pool cleared"),
            entry("serverHost", "a"),
            entry("serverPort", 1),
            entry("serviceId", "b".repeat(24)),
            entry("interruptInUseConnections", true));
  }

  static Stream<Arguments> poolEvents() {
    PoolOptions options = new PoolOptions(5, 1, Duration.ofMillis(2), 2, Duration.ofMillis(3));
    return Stream.of(
        Arguments.of(
            new PoolCreated(AT, options),
            "Connection pool created for a:1 using options maxIdleTimeMS=2, minPoolSize=1,"
                + " maxPoolSize=5, maxConnecting=2, waitQueueTimeoutMS=3"),
        Arguments.of(new PoolReady(AT), "Connection pool ready for a:1"),
        Arguments.of(
            new PoolCleared(AT, false, Optional.empty()), "Connection pool for a:1 cleared"),
        Arguments.of(
            new PoolCleared(AT, true, Optional.empty()),
            "Connection pool for a:1 cleared, with the connections in use"),
        Arguments.of(new PoolClosed(AT), "Connection pool closed for a:1"),
        Arguments.of(
            new ConnectionCreated(AT, 4), "Connection to a:1 with driver-generated ID 4 created"),
        Arguments.of(
            new ConnectionReady(AT, 4, 6_000_000),
            "Connection to a:1 with driver-generated ID 4 ready, established in 6 ms"),
        Arguments.of(
            new ConnectionClosed(AT, 4, CloseReason.STALE, Optional.of("no")),
            "Connection to a:1 with driver-generated ID 4 closed. Reason: Connection became stale"
                + " because the pool was cleared. Error: no"),
        Arguments.of(new CheckOutStarted(AT), "Checkout started for connection to a:1"),
        Arguments.of(
            new CheckOutFailed(AT, CheckOutFailure.TIMEOUT, Optional.of("no"), 6_000_000),
            "Checkout failed for connection to a:1. Reason: Wait queue timeout elapsed without a"
                + " connection becoming available. Error: no. Duration: 6 ms"),
        Arguments.of(
            new CheckedOut(AT, 4, 6_000_000),
            "Connection to a:1 with driver-generated ID 4 checked out. Duration: 6 ms"),
        Arguments.of(
            new CheckedIn(AT, 4), "Connection to a:1 with driver-generated ID 4 checked in"));
  }

  @ParameterizedTest
  @MethodSource("poolEvents")
  void pools(ConnectionPoolEvent event, String line) {
    assertThat(LogMessage.of(event).text()).isEqualTo(line);
  }

  static Stream<Arguments> topologyEvents() {
    Check check = new Check(TOPOLOGY_ID, AT, 4, true);
    String where = " in topology with ID " + TOPOLOGY_ID;
    return Stream.of(
        Arguments.of(
            new TopologyOpening(TOPOLOGY_ID),
            "Starting monitoring for topology with ID " + TOPOLOGY_ID),
        Arguments.of(
            new TopologyClosed(TOPOLOGY_ID),
            "Stopped monitoring for topology with ID " + TOPOLOGY_ID),
        Arguments.of(
            new ServerOpening(TOPOLOGY_ID, AT), "Starting monitoring for server a:1" + where),
        Arguments.of(
            new ServerClosed(TOPOLOGY_ID, AT), "Stopped monitoring for server a:1" + where),
        Arguments.of(
            new TopologyDescriptionChanged(TOPOLOGY_ID, Topology.NONE, Topology.NONE),
            "Description changed for topology with ID %s. Previous description: %s. New description: %s"
                .formatted(TOPOLOGY_ID, Topology.NONE, Topology.NONE)),
        Arguments.of(
            new ServerHeartbeatStarted(check),
            "Heartbeat started for a:1 on a connection with driver-generated ID 4"
                + where
                + ". Awaited: true"),
        Arguments.of(
            new ServerHeartbeatSucceeded(
                check, OptionalLong.of(99), 5_000_000, BsonDocument.parse("{ok: 1}")),
            "Heartbeat succeeded in 5 ms for a:1 on a connection with server-generated ID 99 and"
                + " driver-generated ID 4"
                + where
                + ". Awaited: true. Reply: {\"ok\": 1}"),
        Arguments.of(
            new ServerHeartbeatFailed(check, OptionalLong.empty(), 5_000_000, "no"),
            "Heartbeat failed in 5 ms for a:1 on a connection with driver-generated ID 4"
                + where
                + ". Awaited: true. Failure: no"));
  }

  @ParameterizedTest
  @MethodSource("topologyEvents")
  void deployments(TopologyEvent event, String line) {
    assertThat(LogMessage.of(event)).map(LogMessage::text).contains(line);
  }

  @Test
  void aServerThatChangesIsLoggedWithTheDeployment() {
    ServerView view =
        new TopologyMachine(List.of(AT), null, ConnectionMode.DISCOVER)
            .topology()
            .server(AT)
            .orElseThrow();

    assertThat(LogMessage.of(new ServerDescriptionChanged(TOPOLOGY_ID, AT, view, view))).isEmpty();
  }

  static Stream<Arguments> selectionEvents() {
    SelectionEvent.Context search =
        new SelectionEvent.Context("aggregate", ReadPreference.PRIMARY, Topology.NONE);
    String rest = "Selector: {\"mode\": \"primary\"}, topology description: " + Topology.NONE;
    return Stream.of(
        Arguments.of(
            new SelectionEvent.Started(search),
            Level.DEBUG,
            "Server selection started for operation aggregate. " + rest),
        Arguments.of(
            new SelectionEvent.Waiting(search, 5_000_000),
            Level.INFO,
            "Waiting for server to become available for operation aggregate. Remaining time: 5 ms. "
                + rest),
        Arguments.of(
            new SelectionEvent.Succeeded(search, AT),
            Level.DEBUG,
            "Server selection succeeded for operation aggregate. Selected server: a:1. " + rest),
        Arguments.of(
            new SelectionEvent.Failed(search, "no"),
            Level.DEBUG,
            "Server selection failed for operation aggregate. Failure: no. " + rest));
  }

  @ParameterizedTest
  @MethodSource("selectionEvents")
  void searches(SelectionEvent event, Level level, String line) {
    LogMessage message = LogMessage.of(event);

    assertThat(message.level()).isEqualTo(level);
    assertThat(message.text()).isEqualTo(line);
  }

  /** However long a document is, of which no more is written out than it takes. */
  @Test
  void whatIsLongIsCut() {
    BsonDocument large = new BsonDocument("b", new BsonBinary(new byte[1_000_000]));

    assertThat(text(new Succeeded(CONTEXT, 0, large)))
        .contains(" Command reply: {\"b\": {\"$binary\"")
        .endsWith("AAA...")
        .hasSizeLessThan(1300);
  }

  /** By code points, so that none is cut in two. */
  @Test
  void noCharacterIsCutInTwo() {
    String fishes = "🐟".repeat(1000);
    assertThat(text(new Failed(CONTEXT, 0, fishes, null))).endsWith(" Error: " + fishes);
    assertThat(text(new Failed(CONTEXT, 0, fishes + "!", null)))
        .endsWith(" Error: " + fishes + "...");
  }

  @Test
  void howMuchIsKeptIsForWhoeverLogs() {
    Started started = new Started(CONTEXT, BsonDocument.parse("{ping: 1}"));
    assertThat(LogMessage.of(started, 5).fields()).containsEntry("command", "{\"pin...");
    assertThat(LogMessage.of(started, 11).fields()).containsEntry("command", "{\"ping\": 1}");
    assertThat(LogMessage.of(started, Integer.MAX_VALUE)).isEqualTo(LogMessage.of(started, 11));
    assertThatIllegalArgumentException().isThrownBy(() -> LogMessage.of(started, 0));
  }
}
