package dev.tailrace.fakeserver.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.network.RawConnection;
import dev.tailrace.wire.frame.OpMsg;
import java.time.Duration;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The handshake and its awaitable and streaming forms (reference, sections 10.1 and 10.2). */
class HelloTest {

  private static BsonDocument awaiting(BsonDocument hello, int millis) {
    return new BsonDocument("hello", new BsonInt32(1))
        .append("topologyVersion", hello.getDocument("topologyVersion"))
        .append("maxAwaitTimeMS", new BsonInt32(millis));
  }

  @Test
  void waitsUntilSomethingChangesOrTheTimeIsUp() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().members(3).virtualTime().start();
        var client = new Conversation(set, 0, "admin")) {
      BsonDocument first = client.ok("{hello: 1}");
      RawConnection connection = client.connection();
      connection.send("admin", awaiting(first, 5000));
      assertThat(connection.receive(Duration.ofMillis(4999))).isNull();
      BsonDocument same = client.receive(Duration.ofMillis(2));
      assertThat(same.get("topologyVersion")).isEqualTo(first.get("topologyVersion"));
      connection.send("admin", awaiting(first, 5000));
      set.clock().advance(Duration.ofSeconds(1));
      set.stepDown();
      BsonDocument stepping = client.receive(Duration.ofNanos(1));
      assertThat(stepping.getBoolean("isWritablePrimary").getValue()).isFalse();
      assertThat(stepping.getBoolean("secondary").getValue()).isFalse();
      assertThat(client.ok("{hello: 1}").getBoolean("secondary").getValue()).isTrue();
    }
  }

  @Test
  void streamsWhereTheClientAllowsIt() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().members(3).virtualTime().start();
        var client = new Conversation(set, 1, "admin")) {
      BsonDocument first = client.ok("{hello: 1}");
      RawConnection connection = client.connection();
      connection.send("admin", awaiting(first, 1000), OpMsg.EXHAUST_ALLOWED);
      for (int i = 0; i < 3; i++) {
        assertThat(connection.receive(Duration.ofMillis(1001))).isNotNull();
      }
      set.stepDown();
      set.clock().advance(Duration.ofMillis(60));
      BsonDocument elected = client.receive(Duration.ofMillis(1));
      assertThat(elected.getBoolean("isWritablePrimary").getValue()).isTrue();
    }
  }

  /** Each reply of a stream is a command of its own: a fail point strikes the next one. */
  @Test
  void aFailPointEndsAStream() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().members(3).virtualTime().start();
        var client = new Conversation(set, 1, "admin")) {
      RawConnection connection = client.connection();
      connection.send("admin", awaiting(client.ok("{hello: 1}"), 1000), OpMsg.EXHAUST_ALLOWED);
      set.connect(1)
          .command(
              "admin",
              BsonDocument.parse(
                  "{configureFailPoint: 'failCommand', mode: 'alwaysOn',"
                      + " data: {failCommands: ['hello'], errorCode: 91}}"));

      assertThat(client.receive(Duration.ofMillis(1001)).getNumber("ok").intValue()).isEqualTo(1);

      assertThat(client.receive(Duration.ofMillis(1)).getNumber("code").intValue()).isEqualTo(91);
      assertThat(connection.receive(Duration.ofSeconds(5))).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{hello: 1, maxAwaitTimeMS: 5}', 31368",
    "'{hello: 1, topologyVersion: {processId: {$oid: \"6955b900fd9d6253473719b8\"}, counter:"
        + " {$numberLong: \"-1\"}}, maxAwaitTimeMS: 5}', 31372",
  })
  void refusesHalfOfTheAwaitableForm(String command, int code) throws InterruptedException {
    try (var set = FakeReplicaSet.builder().virtualTime().start();
        var client = new Conversation(set, 0, "admin")) {
      assertThat(client.run(command).getInt32("code").getValue()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @CsvSource({"4.2, 8, false", "4.4, 9, true", "8.0, 25, true"})
  void tellsTheWireVersionOfTheRelease(String version, int wireVersion, boolean hasVersion)
      throws InterruptedException {
    try (var set =
            FakeReplicaSet.builder()
                .virtualTime()
                .serverVersion(ServerVersion.parse(version))
                .start();
        var client = new Conversation(set, 0, "admin")) {
      BsonDocument reply = client.ok("{isMaster: 1}");
      assertThat(reply.getInt32("maxWireVersion").getValue()).isEqualTo(wireVersion);
      assertThat(reply.containsKey("topologyVersion")).isEqualTo(hasVersion);
    }
  }

  @Test
  void aStandaloneIsOfNoSet() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().virtualTime().standalone().start();
        var client = new Conversation(set, 0, "admin")) {
      BsonDocument reply = client.ok("{hello: 1}");
      assertThat(reply.keySet())
          .doesNotContain("setName", "hosts", "$clusterTime", "operationTime");
      assertThat(reply.getBoolean("isWritablePrimary").getValue()).isTrue();
    }
  }

  @Test
  void buildInfoHasItsFieldsInOrder() throws InterruptedException {
    try (var set = FakeReplicaSet.builder().virtualTime().start();
        var client = new Conversation(set, 0, "admin")) {
      assertThat(client.ok("{buildInfo: 1}").keySet())
          .startsWith(
              "version",
              "gitVersion",
              "modules",
              "allocator",
              "javascriptEngine",
              "sysInfo",
              "versionArray",
              "openssl",
              "buildEnvironment",
              "bits",
              "debug",
              "maxBsonObjectSize",
              "storageEngines",
              "ok");
    }
  }
}
