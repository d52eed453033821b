package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where {@code changeStreamPreAndPostImages} cannot be enabled (reference, section 5.4). */
class ImagesOptionTest {

  private static final String ON = ", changeStreamPreAndPostImages: {enabled: true}}";
  private static final String OFF = ", changeStreamPreAndPostImages: {enabled: false}}";

  private static FakeReplicaSet set() {
    return FakeReplicaSet.builder().virtualTime().serverVersion(ServerVersion.V8_0).start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "config", "local"})
  void notOnInternalDatabases(String db) throws InterruptedException {
    try (var set = set();
        var client = new Conversation(set, 0, db)) {
      BsonDocument refused = client.run("{create: 'c'" + ON);
      assertThat(Conversation.code(refused)).isEqualTo(72);
      assertThat(refused.getString("errmsg").getValue()).contains(db, "changeStreamPreAndPost");
      client.ok("{create: 'c'" + OFF);
      assertThat(Conversation.code(client.run("{collMod: 'c'" + ON))).isEqualTo(72);
    }
  }

  @Test
  void notOnViews() throws InterruptedException {
    try (var set = set();
        var client = new Conversation(set, 0, "d")) {
      assertThat(Conversation.code(client.run("{create: 'v', viewOn: 'c', pipeline: []" + ON)))
          .isEqualTo(72);
      client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
      assertThat(Conversation.code(client.run("{collMod: 'v'" + ON))).isEqualTo(72);
      assertThat(Conversation.code(client.run("{collMod: 'v', validator: {}}"))).isEqualTo(72);
    }
  }

  @Test
  void notOnTimeSeries() throws InterruptedException {
    try (var set = set();
        var client = new Conversation(set, 0, "d")) {
      assertThat(Conversation.code(client.run("{create: 't', timeseries: {timeField: 'at'}" + ON)))
          .isEqualTo(72);
    }
  }

  @Test
  void aViewsOptionsAreNotForCollections() throws InterruptedException {
    try (var set = set();
        var client = new Conversation(set, 0, "d")) {
      client.ok("{create: 'c'}");
      assertThat(Conversation.code(client.run("{collMod: 'c', viewOn: 'x', pipeline: []}")))
          .isEqualTo(72);
    }
  }
}
