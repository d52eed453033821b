package dev.tailrace.fakeserver.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fail points as tests set them (reference, sections 2.11, 9.2 and 9.3). */
class FailCommandTest {

  private static final String RETRYABLE =
      ", lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}},"
          + " txnNumber: {$numberLong: '1'}}";

  private final FakeReplicaSet set = FakeReplicaSet.builder().virtualTime().start();
  private final Conversation client = new Conversation(set, 0, "d");

  @AfterEach
  void close() {
    client.close();
    set.close();
  }

  private BsonDocument configure(String mode, String data) throws InterruptedException {
    return client.run(
        "admin", "{configureFailPoint: 'failCommand', mode: " + mode + ", data: " + data + "}");
  }

  private static List<String> labels(BsonDocument reply) {
    return reply.getArray("errorLabels").stream().map(l -> l.asString().getValue()).toList();
  }

  @Test
  void onlyWhatWroteNothingIsLabelledSo() throws InterruptedException {
    configure("{times: 1}", "{failCommands: ['insert'], errorCode: 91}");
    assertThat(labels(client.run("{insert: 'c', documents: [{_id: 1}]" + RETRYABLE)))
        .containsExactly("RetryableWriteError", "NoWritesPerformed");

    configure("{times: 1}", "{failCommands: ['insert'], writeConcernError: {code: 91}}");
    assertThat(labels(client.run("{insert: 'c', documents: [{_id: 1}]" + RETRYABLE)))
        .containsExactly("RetryableWriteError");

    configure("{times: 1}", "{failCommands: ['update'], writeConcernError: {code: 91}}");
    String idle = "{update: 'c', updates: [{q: {_id: 7}, u: {$set: {a: 1}}}]" + RETRYABLE;
    assertThat(labels(client.run(idle.replace("'1'", "'2'"))))
        .containsExactly("RetryableWriteError", "NoWritesPerformed");
  }

  /** Clients take one that tells what they know already for old news. */
  @ParameterizedTest
  @CsvSource({"189, true", "10107, true", "11602, true", "91, false", "11600, false", "6, false"})
  void onlyErrorsOfNoPrimaryTellTheTopologyVersion(int code, boolean tells)
      throws InterruptedException {
    configure("{times: 1}", "{failCommands: ['insert'], errorCode: " + code + "}");
    String insert = "{insert: 'c', documents: [{a: 1}]}";
    assertThat(client.run(insert).containsKey("topologyVersion")).isEqualTo(tells);

    configure("{times: 1}", "{failCommands: ['insert'], writeConcernError: {code: " + code + "}}");
    assertThat(client.run(insert).containsKey("topologyVersion")).isEqualTo(tells);
  }

  @Test
  void aWriteConcernErrorIsForWhatTakesAWriteConcern() throws InterruptedException {
    configure(
        "{times: 1}", "{failCommands: ['ping', 'find', 'insert'], writeConcernError: {code: 64}}");
    assertThat(client.ok("{ping: 1}").containsKey("writeConcernError")).isFalse();
    assertThat(client.ok("{find: 'c'}").containsKey("writeConcernError")).isFalse();
    String insert = "{insert: 'c', documents: [{a: 1}]}";
    assertThat(client.ok(insert).containsKey("writeConcernError")).isTrue();
    assertThat(client.ok(insert).containsKey("writeConcernError")).isFalse();
  }

  /** The server looks at the data when a command comes, and passes over what it cannot read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {failCommands: 'ping', errorCode: 1}                         | 0
          {failCommands: ['ping', 5], errorCode: 1}                    | 1
          {failCommands: ['ping'], errorCode: 1.0}                     | 1
          {failCommands: ['ping'], errorCode: '1'}                     | 0
          {failCommands: ['ping'], errorCode: 1.5}                     | 0
          {failCommands: ['ping'], closeConnection: 1}                 | 0
          {failCommands: ['ping'], errorCode: 1, errorLabels: 'x'}     | 1
          []                                                           | 0
          """)
  void wrongTypesInTheDataHaveNoEffect(String data, int code) throws InterruptedException {
    assertThat(Conversation.code(configure("'alwaysOn'", data))).isZero();
    assertThat(Conversation.code(client.run("{ping: 1}"))).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {times: 'x'} | 14 | Expected field "times" to have numeric type, but found string
          {skip: true} | 14 | Expected field "skip" to have numeric type, but found bool
          {times: 1.5} | 2  | Expected field "times" to have a value exactly representable as a 64-bit integer, but found times: 1.5
          """)
  void aModeHasAWholeNumber(String mode, int code, String message) throws InterruptedException {
    BsonDocument reply = configure(mode, "{}");
    assertThat(Conversation.code(reply)).isEqualTo(code);
    assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
  }

  @Test
  void noTimesIsOnce() throws InterruptedException {
    configure("{times: 0}", "{failCommands: ['ping'], errorCode: 91}");
    assertThat(Conversation.code(client.run("{ping: 1}"))).isEqualTo(91);
    client.ok("{ping: 1}");
  }

  @ParameterizedTest
  @CsvSource({
    "205, ClusterTimeFailsRateLimiter",
    "261, TooManyLogicalSessions",
    "279, ClientDisconnect",
    "290, TransactionExceededLifetimeLimitSeconds",
    "13297, DatabaseDifferCase",
    "12345, Location12345"
  })
  void anyErrorHasTheNameOfTheCatalogue(int code, String name) throws InterruptedException {
    configure("{times: 1}", "{failCommands: ['ping'], errorCode: " + code + "}");
    assertThat(client.run("{ping: 1}").getString("codeName").getValue()).isEqualTo(name);
  }

  /** The server's ticket SERVER-49336. */
  @ParameterizedTest
  @CsvSource({
    "4.4.6, hello, 0",
    "4.4.7, hello, 91",
    "4.4.7, isMaster, 91",
    "4.4.7, ismaster, 91",
    "5.0.0, hello, 91"
  })
  void theFirstHelloIsOfTheApplicationThatItNames(String release, String name, int code)
      throws InterruptedException {
    FakeReplicaSet.Builder builder = FakeReplicaSet.builder().virtualTime();
    try (FakeReplicaSet other = builder.serverVersion(ServerVersion.parse(release)).start();
        Conversation setUp = new Conversation(other, 0, "admin");
        Conversation stranger = new Conversation(other, 0, "admin");
        Conversation named = new Conversation(other, 0, "admin")) {
      setUp.ok(
          "{configureFailPoint: 'failCommand', mode: 'alwaysOn', data: {failCommands: ['hello',"
              + " 'isMaster'], appName: 'orders', errorCode: 91}}");
      String hello =
          "{"
              + name
              + ": 1, client: {application: {name: '%s'}, driver: {name: 'd', version: '1'}, os:"
              + " {type: 'Linux'}}}";
      stranger.ok(hello.formatted("others"));
      assertThat(Conversation.code(named.run(hello.formatted("orders")))).isEqualTo(code);
      setUp.ok("{ping: 1, client: {application: {name: 'orders'}}}");
    }
  }

  @ParameterizedTest
  @CsvSource({"hello", "isMaster"})
  void aHelloWaitsWhileItIsTold(String name) throws InterruptedException {
    try (Conversation monitor = new Conversation(set, 0, "admin")) {
      client.run("admin", "{configureFailPoint: 'waitInHello', mode: 'alwaysOn'}");
      monitor.connection().send("admin", new BsonDocument(name, new BsonInt32(1)));
      assertThat(monitor.connection().receive(Duration.ofMinutes(1))).isNull();
      client.ok("{ping: 1}");
      BsonDocument off = client.run("admin", "{configureFailPoint: 'waitInHello', mode: 'off'}");
      assertThat(off.getNumber("count").intValue()).isEqualTo(1);
      assertThat(monitor.receive(Duration.ofSeconds(1)).getNumber("ok").intValue()).isEqualTo(1);
    }
  }
}
