package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertToCappedTest {

  private static List<String> types(List<BsonDocument> events) {
    return events.stream().map(event -> event.getString("operationType").getValue()).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.4", "8.2"})
  void streamsSeeACopyThatTakesTheOldOnesName(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok("{createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a'}]}");
          client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 2}]}");
          BsonDocument collection = client.watch("c", "{}");
          BsonDocument database = client.watch("", "{}");
          client.ok("{convertToCapped: 'c', size: 4096}");

          assertThat(types(client.events(collection))).containsExactly("rename", "invalidate");
          List<BsonDocument> events = client.events(database);
          assertThat(types(events)).containsExactly("insert", "insert", "rename");
          BsonDocument rename = events.get(2);
          assertThat(rename.getDocument("ns").getString("coll").getValue())
              .matches("tmp[A-Za-z0-9]{5}\\.convertToCapped\\.c");
          assertThat(rename.getDocument("to").getString("coll").getValue()).isEqualTo("c");

          BsonDocument shown =
              client
                  .ok("{listCollections: 1, filter: {name: 'c'}}")
                  .getDocument("cursor")
                  .getArray("firstBatch")
                  .get(0)
                  .asDocument()
                  .getDocument("options");
          assertThat(shown.getBoolean("capped").getValue()).isTrue();
          assertThat(shown.getNumber("size").longValue()).isEqualTo(4096);
          assertThat(shown).doesNotContainKey("temp");
          assertThat(client.ok("{listIndexes: 'c'}").getDocument("cursor").getArray("firstBatch"))
              .hasSize(1);
          assertThat(client.ok("{count: 'c'}").getInt32("n").getValue()).isEqualTo(2);
        });
  }

  @Test
  void theOldestThatHaveNoRoomAreLeftOut() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          String text = "x".repeat(300);
          for (int i = 0; i < 10; i++) {
            client.ok("{insert: 'c', documents: [{_id: " + i + ", text: '" + text + "'}]}");
          }
          client.ok("{convertToCapped: 'c', size: 1000}");
          assertThat(client.ok("{distinct: 'c', key: '_id'}").getArray("values"))
              .isEqualTo(BsonDocument.parse("{ids: [7, 8, 9]}").getArray("ids"));
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{convertToCapped: 'none', size: 4096} | 26",
        "{convertToCapped: 'view', size: 4096} | 166",
        "{convertToCapped: 'c'}                | 72",
        "{convertToCapped: 'c', size: -1}      | 72"
      })
  void whatCannotBeConverted(String command, int code) throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok("{create: 'c'}");
          client.ok("{create: 'view', viewOn: 'c', pipeline: []}");
          assertThat(code(client.run(command))).isEqualTo(code);
        });
  }
}
