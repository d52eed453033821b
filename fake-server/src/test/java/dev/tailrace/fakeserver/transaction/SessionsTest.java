package dev.tailrace.fakeserver.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.time.Duration;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionsTest {

  private static final String LSID =
      "{id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}}";

  private final FakeReplicaSet set = FakeReplicaSet.builder().members(3).virtualTime().start();
  private final Conversation client = new Conversation(set, 0, "d");

  @AfterEach
  void close() {
    client.close();
    set.close();
  }

  private void pass(int minutes) {
    set.clock().advance(Duration.ofMinutes(minutes));
  }

  /** Sends the same retryable insert once more; done again it meets its own document. */
  private boolean isRemembered() throws InterruptedException {
    BsonDocument reply =
        client.ok(
            "{insert: 'c', documents: [{_id: 1}], txnNumber: {$numberLong: '1'}, lsid: "
                + LSID
                + "}");
    return !reply.containsKey("writeErrors");
  }

  private int sessions() throws InterruptedException {
    return client
        .run("admin", "{aggregate: 1, pipeline: [{$listLocalSessions: {}}], cursor: {}}")
        .getDocument("cursor")
        .getArray("firstBatch")
        .size();
  }

  @Test
  void oneThatIsIdleForHalfAnHourIsForgottenWithItsWrites() throws InterruptedException {
    assertThat(isRemembered()).isTrue(); // It is done for the first time.
    pass(29);
    assertThat(isRemembered()).isTrue();
    pass(29);
    assertThat(sessions()).isEqualTo(1);
    assertThat(isRemembered()).isTrue();
    pass(30);
    assertThat(sessions()).isZero();
    assertThat(isRemembered()).isFalse();
  }

  @Test
  void oneThatIsRefreshedStays() throws InterruptedException {
    isRemembered();
    pass(29);
    client.ok("{refreshSessions: [" + LSID + "]}");
    pass(29);
    assertThat(isRemembered()).isTrue();
  }

  @Test
  void writesOfOneThatEndedAreForgottenSoonAfter() throws InterruptedException {
    isRemembered();
    client.ok("{endSessions: [" + LSID + "]}");
    assertThat(sessions()).isZero();
    pass(4);
    assertThat(isRemembered()).isTrue(); // Which begins the session anew.
    client.ok("{endSessions: [" + LSID + "]}");
    pass(5);
    assertThat(isRemembered()).isFalse();
  }

  @Test
  void transactionsGoWithTheirSession() throws InterruptedException {
    String transaction = ", txnNumber: {$numberLong: '3'}, autocommit: false, lsid: " + LSID + "}";
    client.ok("{insert: 'c', documents: [{_id: 2}], startTransaction: true" + transaction);
    assertThat(
            client.run("admin", "{commitTransaction: 1" + transaction).getNumber("ok").intValue())
        .isEqualTo(1);
    assertThat(
            client.run("admin", "{commitTransaction: 1" + transaction).getNumber("ok").intValue())
        .isEqualTo(1);
    pass(30);
    BsonDocument forgotten = client.run("admin", "{commitTransaction: 1" + transaction);
    assertThat(forgotten.getInt32("code").getValue()).isEqualTo(251);
  }
}
