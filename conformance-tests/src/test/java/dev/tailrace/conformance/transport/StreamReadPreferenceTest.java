package dev.tailrace.conformance.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.DriverSettings;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.transport.driver.MongoClientTransport;
import dev.tailrace.wire.tcp.TcpTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which member a stream reads from: what it says itself, else what the address says. */
class StreamReadPreferenceTest {

  private static final WatchTarget ORDERS = WatchTarget.collection("shop", "orders");

  private static FakeReplicaSet set;

  @BeforeAll
  static void start() {
    set = FakeReplicaSet.start(3);
  }

  @AfterAll
  static void stop() {
    set.close();
  }

  private enum Kind {
    TCP,
    DRIVER;

    Transport to(String options) {
      String uri = set.connectionString() + options;
      return switch (this) {
        case TCP -> TcpTransport.connect(uri);
        case DRIVER -> MongoClientTransport.connect(DriverSettings.of(uri).build());
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void withNothingSaidItIsThePrimary(Kind kind) throws InterruptedException {
    try (Transport transport = kind.to("")) {
      assertThat(transport.readPreference()).isEqualTo(ReadPreference.PRIMARY);
      assertThat(memberWatched(transport, ChangeStreamOptions.DEFAULTS)).isEqualTo(primary());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theAddressDecidesForStreamsThatSayNothing(Kind kind) throws InterruptedException {
    try (Transport transport = kind.to("&readPreference=secondary")) {
      assertThat(memberWatched(transport, ChangeStreamOptions.DEFAULTS)).isNotEqualTo(primary());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatAStreamSaysComesFirst(Kind kind) throws InterruptedException {
    try (Transport transport = kind.to("&readPreference=secondary")) {
      ChangeStreamOptions options =
          ChangeStreamOptions.builder().readPreference(ReadPreference.PRIMARY).build();
      assertThat(memberWatched(transport, options)).isEqualTo(primary());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void itIsReadAsAWhole(Kind kind) {
    String options =
        "&readPreference=nearest&readPreferenceTags=dc:ny,rack:1&readPreferenceTags="
            + "&maxStalenessSeconds=120";
    try (Transport transport = kind.to(options)) {
      assertThat(transport.readPreference())
          .isEqualTo(
              new ReadPreference(
                  Mode.NEAREST,
                  List.of(Map.of("dc", "ny", "rack", "1"), Map.of()),
                  Optional.of(Duration.ofMinutes(2))));
    }
  }

  private static String memberWatched(Transport transport, ChangeStreamOptions options)
      throws InterruptedException {
    int before = set.history().commands("aggregate").size();
    try (var stream = ChangeStreams.watch(transport, ORDERS).with(options).open()) {
      assertThat(stream.isAlive()).isTrue();
    }
    return set.member(set.history().commands("aggregate").get(before).member()).address();
  }

  private static String primary() {
    return set.member(0).address();
  }
}
