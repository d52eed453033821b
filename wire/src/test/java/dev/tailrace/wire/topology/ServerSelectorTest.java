package dev.tailrace.wire.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSelectorTest {

  private final ServerSelector selector =
      new ServerSelector(Duration.ofMillis(15), Duration.ofSeconds(10));

  /** Of three in the window, every pair can be drawn, and of a pair the less loaded wins. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          first | second | chosen
          # Loads: a 2, b 1, c 0. The second draw leaves out the first.
          0     | 0      | b:27017
          0     | 1      | c:27017
          1     | 0      | b:27017
          1     | 1      | c:27017
          2     | 0      | c:27017
          2     | 1      | c:27017
          """)
  void theLessLoadedOfTwo(int first, int second, String chosen) throws BadHelloException {
    Topology topology = secondaries("a", "b", "c");

    Optional<ServerView> server =
        selector.select(
            topology,
            ReadPreference.of(Mode.SECONDARY),
            Set.of(),
            view -> 'c' - view.address().host().charAt(0),
            bound -> bound == 3 ? first : second);

    assertThat(server.orElseThrow().address()).hasToString(chosen);
  }

  @Test
  void whereThereIsNoChoiceNothingIsDrawn() throws BadHelloException {
    Optional<ServerView> server =
        selector.select(
            secondaries("a"),
            ReadPreference.of(Mode.NEAREST),
            Set.of(),
            view -> 0,
            bound -> {
              throw new AssertionError("drawn");
            });

    assertThat(server).isPresent();
    assertThat(
            selector.select(secondaries(), ReadPreference.PRIMARY, Set.of(), view -> 0, bound -> 0))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          topology                 | server       | mode             | sent
          # A replica set: everything but the default.
          REPLICA_SET_WITH_PRIMARY | RS_PRIMARY   | PRIMARY          | -
          REPLICA_SET_WITH_PRIMARY | RS_PRIMARY   | PRIMARY_PREFERRED | PRIMARY_PREFERRED
          REPLICA_SET_NO_PRIMARY   | RS_SECONDARY | NEAREST          | NEAREST
          # A member by its address: whatever its state.
          SINGLE                   | RS_SECONDARY | PRIMARY          | PRIMARY_PREFERRED
          SINGLE                   | RS_PRIMARY   | PRIMARY          | PRIMARY_PREFERRED
          SINGLE                   | RS_OTHER     | SECONDARY        | SECONDARY
          # A standalone does not know read preferences.
          SINGLE                   | STANDALONE   | PRIMARY          | -
          SINGLE                   | STANDALONE   | SECONDARY        | -
          # A router passes them on.
          SINGLE                   | MONGOS       | PRIMARY          | -
          SINGLE                   | MONGOS       | NEAREST          | NEAREST
          SHARDED                  | MONGOS       | PRIMARY          | -
          SHARDED                  | MONGOS       | SECONDARY        | SECONDARY
          """)
  void whatIsSent(TopologyType topology, ServerType server, Mode mode, @Nullable Mode sent) {
    assertThat(ServerSelector.toSend(ReadPreference.of(mode), topology, server))
        .isEqualTo(Optional.ofNullable(sent).map(ReadPreference::of));
  }

  private static Topology secondaries(String... hosts) throws BadHelloException {
    HelloReply hello =
        HelloReply.parse(BsonDocument.parse("{ok: 1, setName: 'rs', secondary: true}"));
    Map<ServerAddress, ServerView> servers = new TreeMap<>();
    for (String host : hosts) {
      ServerAddress address = ServerAddress.parse(host);
      servers.put(address, ServerView.of(address, hello, 0, 0, 0));
    }
    return new Topology(TopologyType.REPLICA_SET_NO_PRIMARY, "rs", null, null, servers, Map.of());
  }
}
