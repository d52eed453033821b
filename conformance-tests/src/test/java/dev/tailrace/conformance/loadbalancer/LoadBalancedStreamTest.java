package dev.tailrace.conformance.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import dev.tailrace.conformance.support.Relay;
import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.history.HistoryEvent;
import dev.tailrace.wire.tcp.TcpTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two routers behind a load balancer that sends every connection to the other one than the last. A
 * cursor is found again only over the connection that opened it.
 */
class LoadBalancedStreamTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final WatchTarget ORDERS = WatchTarget.collection("shop", "orders");

  private FakeReplicaSet one;
  private FakeReplicaSet two;
  private Relay balancer;

  @BeforeEach
  void start() throws IOException {
    one = FakeReplicaSet.builder().behindLoadBalancer().seed(1).start();
    two = FakeReplicaSet.builder().behindLoadBalancer().seed(2).start();
    balancer = Relay.before(List.of(one.member(0).address(), two.member(0).address()));
  }

  @AfterEach
  void stop() throws IOException {
    balancer.close();
    one.close();
    two.close();
  }

  @Test
  void streamsStayOnTheirConnections() throws Exception {
    try (TcpTransport transport = TcpTransport.connect(balanced())) {
      try (var first = watch(transport);
          var second = watch(transport);
          var third = watch(transport)) {
        for (int i = 0; i < 3; i++) {
          insert(one, i);
          insert(two, i);
          for (var stream : List.of(first, second, third)) {
            assertThat(stream.next()).isInstanceOf(Next.Event.class);
          }
        }
      }
      assertThat(one.awaitCursors(0, PATIENCE)).isTrue();
      assertThat(two.awaitCursors(0, PATIENCE)).isTrue();
    }
    assertThat(connections(one, "aggregate")).isEqualTo(connections(one, "getMore"));
    assertThat(connections(two, "aggregate")).isEqualTo(connections(two, "getMore"));
    assertThat(connections(one, "aggregate").size() + connections(two, "aggregate").size())
        .isEqualTo(3);
    assertThat(one.history().commands("aggregate")).isNotEmpty();
    assertThat(two.history().commands("aggregate")).isNotEmpty();
  }

  @Test
  void aStreamOutlivesItsConnection() throws Exception {
    try (Relay single = Relay.before(List.of(one.member(0).address()));
        TcpTransport transport =
            TcpTransport.connect(single.connectionString("loadBalanced=true"));
        var stream = watch(transport)) {
      insert(one, 1);
      assertThat(stream.next()).isInstanceOf(Next.Event.class);

      one.closeConnections();
      insert(one, 2);

      assertThat(stream.next()).isInstanceOf(Next.Event.class);
      assertThat(one.openCursors()).isEqualTo(1);
    }
    assertThat(one.awaitCursors(0, PATIENCE)).isTrue();
  }

  /** The control: what our transport does is what the official driver does. */
  @Test
  void theOfficialDriverIsServedToo() throws Exception {
    try (MongoClient driver = MongoClients.create(balanced())) {
      var orders = driver.getDatabase("shop").getCollection("orders");
      try (MongoCursor<ChangeStreamDocument<Document>> stream = orders.watch().cursor()) {
        insert(one, 1);
        insert(two, 1);
        assertThat(stream.next().getFullDocument()).containsEntry("_id", 1);
      }
      assertThat(one.awaitCursors(0, PATIENCE)).isTrue();
      assertThat(two.awaitCursors(0, PATIENCE)).isTrue();
    }
    assertThat(connections(one, "aggregate")).isEqualTo(connections(one, "getMore"));
    assertThat(connections(two, "aggregate")).isEqualTo(connections(two, "getMore"));
  }

  @Test
  void whoDoesNotSayThatHeComesThroughOneIsRefused() throws Exception {
    String unaware = balancer.connectionString("serverSelectionTimeoutMS=200");
    try (TcpTransport transport = TcpTransport.connect(unaware)) {
      assertThatThrownBy(() -> watch(transport))
          .isInstanceOf(ChangeStreamException.class)
          .hasMessageContaining("does not have load balancing enabled");
    }
  }

  @Test
  void whoSaysSoToAServerThatIsBehindNoneHearsOfIt() throws Exception {
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        TcpTransport transport =
            TcpTransport.connect("mongodb://" + set.member(0).address() + "/?loadBalanced=true")) {
      assertThatThrownBy(() -> watch(transport))
          .isInstanceOf(ChangeStreamException.NotSupported.class)
          .hasMessageContaining("Driver attempted to initialize in load balancing mode");
    }
  }

  private String balanced() {
    return balancer.connectionString("loadBalanced=true");
  }

  private static BlockingChangeStream<RawBsonDocument> watch(TcpTransport transport)
      throws InterruptedException {
    return ChangeStreams.watch(transport, ORDERS).open();
  }

  /** Into the data of one router, without the load balancer. */
  private static void insert(FakeReplicaSet router, int id) {
    try (MongoClient client = MongoClients.create(router.connectionString())) {
      client.getDatabase("shop").getCollection("orders").insertOne(new Document("_id", id));
    }
  }

  private static Set<Long> connections(FakeReplicaSet router, String command) {
    return router.history().commands(command).stream()
        .map(HistoryEvent::connection)
        .collect(Collectors.toUnmodifiableSet());
  }
}
