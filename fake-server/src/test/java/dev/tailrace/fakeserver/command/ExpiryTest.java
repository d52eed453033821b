package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents whose time is over. */
class ExpiryTest {

  private static final String LATE = "{$date: '9000-01-01T00:00:00Z'}";
  private static final String LONG_AGO = "{$date: '2001-01-01T00:00:00Z'}";

  private final FakeReplicaSet set = FakeReplicaSet.builder().members(3).virtualTime().start();
  private final Conversation client = new Conversation(set, 0, "d");

  @AfterEach
  void close() {
    client.close();
    set.close();
  }

  private static String in(boolean starts) {
    return ", txnNumber: {$numberLong: '1'}, autocommit: false, "
        + (starts ? "startTransaction: true, " : "")
        + "lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}}}";
  }

  private static String index(String more) {
    return "{createIndexes: 'c', indexes: [{key: {at: 1}, name: 'ttl', expireAfterSeconds: "
        + more
        + "}]}";
  }

  private static void insertNow(FakeReplicaSet set, Conversation client)
      throws InterruptedException {
    client.ok(
        "{insert: 'c', documents: [{_id: 1, at: {$date: {$numberLong: '%d'}}}]}"
            .formatted(set.clock().wallMillis()));
  }

  private static int count(Conversation client) throws InterruptedException {
    return client.ok("{count: 'c'}").getInt32("n").getValue();
  }

  @Test
  void goWithTheNextPassAndStreamsSeeThemDeleted() throws InterruptedException {
    client.ok(index("30"));
    BsonDocument cursor = client.watch("c", "{}");
    insertNow(set, client);
    assertThat(client.events(cursor)).hasSize(1);
    set.clock().advance(Duration.ofSeconds(29));
    assertThat(count(client)).isEqualTo(1);
    set.clock().advance(Duration.ofSeconds(60));
    assertThat(count(client)).isZero();
    List<BsonDocument> events = client.events(cursor);
    assertThat(events).hasSize(1);
    assertThat(events.get(0).getString("operationType").getValue()).isEqualTo("delete");
    assertThat(events.get(0).getDocument("documentKey")).isEqualTo(BsonDocument.parse("{_id: 1}"));
  }

  @Test
  void areThoseWithSuchADateInTheIndex() throws InterruptedException {
    client.ok(
        "{createIndexes: 'c', indexes: [{key: {at: 1}, name: 'ttl', expireAfterSeconds: 0,"
            + " partialFilterExpression: {keep: {$exists: false}}}]}");
    client.ok(
        ("{insert: 'c', documents: [{_id: 1, at: %s}, {_id: 2, at: [%s, %s]}, {_id: 3, at: %s},"
                + " {_id: 4}, {_id: 5, at: 'long ago'}, {_id: 6, at: %s, keep: 1}]}")
            .formatted(LONG_AGO, LATE, LONG_AGO, LATE, LONG_AGO));
    set.clock().advance(Duration.ofSeconds(61));
    assertThat(client.ok("{distinct: 'c', key: '_id'}").getArray("values"))
        .isEqualTo(BsonDocument.parse("{ids: [3, 4, 5, 6]}").getArray("ids"));
  }

  @Test
  void goAsOftenAsTheParameterSays() throws InterruptedException {
    client.run("admin", "{setParameter: 1, ttlMonitorSleepSecs: 1}");
    client.ok(index("0"));
    insertNow(set, client);
    set.clock().advance(Duration.ofSeconds(2));
    assertThat(count(client)).isZero();
    client.run("admin", "{setParameter: 1, ttlMonitorEnabled: false}");
    insertNow(set, client);
    set.clock().advance(Duration.ofSeconds(200));
    assertThat(count(client)).isEqualTo(1);
  }

  @Test
  void stayWhileATransactionHasThem() throws InterruptedException {
    client.run("admin", "{setParameter: 1, ttlMonitorSleepSecs: 1}");
    client.ok(index("5"));
    insertNow(set, client);
    client.ok("{update: 'c', updates: [{q: {_id: 1}, u: {$set: {a: 1}}}]" + in(true));
    set.clock().advance(Duration.ofSeconds(10));
    assertThat(count(client)).isEqualTo(1);
    client.run("admin", "{commitTransaction: 1" + in(false));
    set.clock().advance(Duration.ofSeconds(2));
    assertThat(count(client)).isZero();
  }

  @Test
  void ofAClusteredCollectionGoByTheirId() throws InterruptedException {
    client.ok(
        "{create: 'c', clusteredIndex: {key: {_id: 1}, unique: true}, expireAfterSeconds: 5}");
    client.ok("{insert: 'c', documents: [{_id: " + LONG_AGO + "}, {_id: " + LATE + "}, {_id: 1}]}");
    set.clock().advance(Duration.ofSeconds(61));
    assertThat(count(client)).isEqualTo(2);
    client.ok("{collMod: 'c', expireAfterSeconds: 'off'}");
    client.ok("{insert: 'c', documents: [{_id: " + LONG_AGO + "}]}");
    set.clock().advance(Duration.ofSeconds(61));
    assertThat(count(client)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "{$numberDouble: 'NaN'}, 1",
    "{$numberDecimal: 'NaN'}, 1",
    "{$numberDecimal: '-0'}, 0",
    "1.5, 0"
  })
  void oddTimes(String seconds, int left) throws InterruptedException {
    Conversation.on(
        "4.4",
        talk -> {
          talk.ok(index(seconds));
          talk.ok("{insert: 'c', documents: [{_id: 1, at: " + LONG_AGO + "}]}");
          talk.connection().receive(Duration.ofSeconds(61));
          assertThat(count(talk)).isEqualTo(left);
        });
  }

  @Test
  void theTimeOfAnIndexCanBeChanged() throws InterruptedException {
    client.ok(index("1000"));
    BsonDocument reply = client.ok("{collMod: 'c', index: {name: 'ttl', expireAfterSeconds: 1}}");
    assertThat(reply.getNumber("expireAfterSeconds_old").intValue()).isEqualTo(1000);
    assertThat(reply.getNumber("expireAfterSeconds_new").intValue()).isEqualTo(1);
    insertNow(set, client);
    set.clock().advance(Duration.ofSeconds(61));
    assertThat(count(client)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          4.4 | {createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a', expireAfterSeconds: 'x'}]}       | 67
          8.0 | {createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a', expireAfterSeconds: -1}]}        | 67
          8.0 | {createIndexes: 'c', indexes: [{key: {a: 1, b: 1}, name: 'a', expireAfterSeconds: 1}]}   | 67
          4.4 | {createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a', expireAfterSeconds: 2147483648}]} | 67
          6.0 | {create: 't', expireAfterSeconds: 5}                                                     | 72
          6.0 | {collMod: 'c', expireAfterSeconds: 5}                                                    | 72
          4.4 | {collMod: 'c', index: {name: 'plain', expireAfterSeconds: 5}}                            | 72
          5.0 | {collMod: 'c', index: {name: 'plain', expireAfterSeconds: 5}}                            | 72
          6.0 | {collMod: 'c', index: {name: 'plain', expireAfterSeconds: 5}}                            | 0
          6.0 | {collMod: 'c', index: {name: '_id_', expireAfterSeconds: 5}}                             | 72
          8.0 | {createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a', expireAfterSeconds: NaN}]}       | 67
          8.0 | {create: 't', clusteredIndex: {key: {_id: 1}, unique: true}, expireAfterSeconds: NaN}    | 72
          4.4 | {createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a', expireAfterSeconds: NaN}]}       | 0
          """)
  void notEverythingCanExpire(String release, String command, int code)
      throws InterruptedException {
    try (FakeReplicaSet old =
            FakeReplicaSet.builder()
                .virtualTime()
                .serverVersion(ServerVersion.parse(release))
                .start();
        Conversation talk = new Conversation(old, 0, "d")) {
      talk.ok("{createIndexes: 'c', indexes: [{key: {p: 1}, name: 'plain'}]}");
      assertThat(code(talk.run(command))).isEqualTo(code);
    }
  }
}
