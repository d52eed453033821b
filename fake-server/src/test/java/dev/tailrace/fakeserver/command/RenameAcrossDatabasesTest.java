package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rename into another database is a copy that is renamed there (reference, section 3.5). */
class RenameAcrossDatabasesTest {

  private static final String INDEXES =
      "{createIndexes: 'c', indexes: ["
          + "{key: {a: 1}, name: 'a_1', unique: true},"
          + " {key: {b: -1}, name: 'b', partialFilterExpression: {b: {$gt: 0}}}]}";

  @ParameterizedTest
  @ValueSource(strings = {"4.4", "5.0", "6.0", "7.0", "8.2"})
  void keepsTheIndexes(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          fill(client);
          BsonDocument before = client.run("x", "{listIndexes: 'c'}").getDocument("cursor");
          rename(client);
          BsonDocument after = client.ok("{listIndexes: 'g'}").getDocument("cursor");
          assertThat(after.get("firstBatch")).isEqualTo(before.get("firstBatch"));
          BsonDocument again = client.ok("{insert: 'g', documents: [{_id: 3, a: 2}]}");
          assertThat(code(again.getArray("writeErrors").get(0).asDocument())).isEqualTo(11000);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.0", "7.0", "8.2"})
  void buildsThemBeforeItCopies(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          fill(client);
          BsonDocument stream = client.watch("", "{showExpandedEvents: true}");
          rename(client);
          List<BsonDocument> events = client.events(stream);
          assertThat(events)
              .extracting(event -> event.getString("operationType").getValue())
              .containsExactly(
                  "create", "createIndexes", "createIndexes", "insert", "insert", "rename");
          assertThat(events)
              .allSatisfy(
                  event ->
                      assertThat(event.getDocument("ns").getString("coll").getValue())
                          .matches("tmp.{5}\\.renameCollection"));
        });
  }

  private static void fill(Conversation client) throws InterruptedException {
    client.run("x", INDEXES);
    client.run("x", "{insert: 'c', documents: [{_id: 1, a: 1, b: 1}, {_id: 2, a: 2}]}");
  }

  private static void rename(Conversation client) throws InterruptedException {
    BsonDocument reply = client.run("admin", "{renameCollection: 'x.c', to: 'd.g'}");
    assertThat(reply.getNumber("ok").intValue()).as(reply.toJson()).isEqualTo(1);
  }
}
