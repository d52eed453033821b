package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.time.Duration;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code killAllSessions} and {@code killAllSessionsByPattern}. */
class KillSessionsTest {

  private static final String LSID =
      "{id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}}";
  private static final String OTHER_LSID =
      "{id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAg==', subType: '04'}}}";
  private static final String SOMEBODY = "{$binary: {base64: 'AAAA', subType: '00'}}";

  private final FakeReplicaSet set = FakeReplicaSet.builder().members(2).virtualTime().start();
  private final Conversation primary = new Conversation(set, 0, "d");
  private final Conversation secondary = new Conversation(set, 1, "d");

  @AfterEach
  void close() {
    primary.close();
    secondary.close();
    set.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {killAllSessions: []}                                     | true
          {killAllSessions: [{user: 'u', db: 'd'}]}                 | false
          {killAllSessionsByPattern: []}                            | true
          {killAllSessionsByPattern: [{}]}                          | true
          {killAllSessionsByPattern: [{lsid: LSID}]}                | true
          {killAllSessionsByPattern: [{lsid: OTHER}]}               | false
          {killAllSessionsByPattern: [{lsid: OTHER}, {lsid: LSID}]} | true
          {killAllSessionsByPattern: [{uid: SOMEBODY}]}             | false
          {killAllSessionsByPattern: [{lsid: LSID, uid: SOMEBODY}]} | false
          {killAllSessionsByPattern: [{users: [{user: 'u'}]}]}      | false
          """)
  void killsTheCursorsOfWhatItNamesOnEveryMember(String command, boolean kills)
      throws InterruptedException {
    BsonDocument here =
        primary
            .ok("{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, lsid: " + LSID + "}")
            .getDocument("cursor");
    BsonDocument there =
        secondary
            .ok(
                "{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, lsid: "
                    + LSID
                    + ", $readPreference: {mode: 'secondary'}}")
            .getDocument("cursor");
    primary.ok(
        command.replace("LSID", LSID).replace("OTHER", OTHER_LSID).replace("SOMEBODY", SOMEBODY));
    assertThat(isOpen(primary, here)).isEqualTo(!kills);
    assertThat(isOpen(secondary, there)).isEqualTo(!kills);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{killSessions: [LSID]}",
        "{killAllSessions: []}",
        "{killAllSessionsByPattern: [{lsid: LSID}]}"
      })
  void interruptsWhateverWaitsInThem(String command) throws InterruptedException {
    String in = ", lsid: " + LSID + "}";
    String holding =
        ", lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAw==', subType: '04'}}},"
            + " txnNumber: {$numberLong: '1'}, autocommit: false";
    String kill = command.replace("LSID", LSID);
    for (String waiting :
        new String[] {
          "{drop: 'c'",
          "{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]",
          "{getMore: ID, collection: 'c', maxTimeMS: 60000"
        }) {
      primary.ok("{update: 'c', updates: [{q: {_id: 1}, u: {_id: 1}, upsert: true}]}");
      BsonDocument held =
          primary.ok(
              "{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}], startTransaction: true"
                  + holding.replace("'1'", "'" + set.clock().nanoTime() + "'")
                  + "}");
      assertThat(held.getInt32("n").getValue()).isEqualTo(1);
      BsonDocument stream =
          primary
              .ok("{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}" + in)
              .getDocument("cursor");
      String id = "{$numberLong: '" + stream.getInt64("id").getValue() + "'}";
      try (Conversation waiter = new Conversation(set, 0, "d")) {
        waiter.connection().send("d", BsonDocument.parse(waiting.replace("ID", id) + in));
        assertThat(waiter.connection().receive(Duration.ofMillis(1))).isNull();
        primary.ok(kill);
        assertThat(code(waiter.receive(Duration.ofMillis(1)))).as(waiting).isEqualTo(11601);
        primary.ok("{killAllSessions: []}");
        assertThat(primary.ok("{count: 'c'}").getInt32("n").getValue()).isOne();
      }
    }
  }

  @Test
  void interruptsWhatStandsBehindAChange() throws InterruptedException {
    String holding =
        ", lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAw==', subType: '04'}}},"
            + " txnNumber: {$numberLong: '1'}, autocommit: false";
    primary.ok("{insert: 'c', documents: [{_id: 1}], startTransaction: true" + holding + "}");
    try (Conversation ddl = new Conversation(set, 0, "d");
        Conversation waiter = new Conversation(set, 0, "d")) {
      ddl.connection().send("d", BsonDocument.parse("{drop: 'c'}"));
      waiter
          .connection()
          .send(
              "d", BsonDocument.parse("{insert: 'c', documents: [{_id: 2}], lsid: " + LSID + "}"));
      assertThat(waiter.connection().receive(Duration.ofMillis(1))).isNull();
      primary.ok("{killSessions: [" + LSID + "], lsid: " + LSID + "}"); // It does not end itself.
      assertThat(code(waiter.receive(Duration.ofMillis(1)))).isEqualTo(11601);
      assertThat(ddl.connection().receive(Duration.ofMillis(1))).isNull();
    }
  }

  private static boolean isOpen(Conversation client, BsonDocument cursor)
      throws InterruptedException {
    BsonDocument reply =
        client.run(
            "{getMore: {$numberLong: '%d'}, collection: 'c', maxTimeMS: 1, lsid: %s}"
                .formatted(cursor.getInt64("id").getValue(), LSID));
    if (reply.containsKey("cursor")) {
      return true;
    }
    assertThat(reply.getInt32("code").getValue()).isEqualTo(43);
    return false;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {killAllSessions: 'x'}                     | 14
          {killAllSessions: ['x']}                   | 14
          {killAllSessions: [{foo: 1}]}              | 40415
          {killAllSessions: [{user: 'u'}]}           | 40414
          {killAllSessions: [{user: 1, db: 'd'}]}    | 14
          {killAllSessionsByPattern: 'x'}            | 14
          {killAllSessionsByPattern: [{foo: 1}]}     | 40415
          {killAllSessionsByPattern: [{lsid: 1}]}    | 14
          {killAllSessionsByPattern: [{lsid: {}}]}   | 40414
          """)
  void refusesWhatIsNoPattern(String command, int code) throws InterruptedException {
    assertThat(primary.run(command).getInt32("code").getValue()).isEqualTo(code);
  }
}
