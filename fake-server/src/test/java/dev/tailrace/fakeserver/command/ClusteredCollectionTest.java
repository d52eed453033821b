package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A collection that is its own index of {@code _id}. */
class ClusteredCollectionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"6.0 | _id_ | ''", "7.0 | _id_ | ''", "8.2 | own | , name: 'own'"})
  void isDescribedAsOneAndHasNoOtherIndexOfId(String release, String name, String given)
      throws InterruptedException {
    BsonDocument full =
        BsonDocument.parse("{v: 2, key: {_id: 1}, name: '" + name + "', unique: true}");
    Conversation.on(
        release,
        client -> {
          BsonDocument stream = client.watch("", "{showExpandedEvents: true}");
          client.ok("{create: 'c', clusteredIndex: {key: {_id: 1}, unique: true" + given + "}}");
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          assertThat(client.events(stream).get(0).get("operationDescription"))
              .isEqualTo(new BsonDocument("clusteredIndex", full));

          BsonDocument listed = first(client.ok("{listCollections: 1}"));
          assertThat(listed.get("options")).isEqualTo(new BsonDocument("clusteredIndex", full));
          assertThat(listed.containsKey("idIndex")).isFalse();
          assertThat(first(client.ok("{listIndexes: 'c'}")))
              .isEqualTo(
                  BsonDocument.parse(full.toJson().replaceFirst("}$", ", clustered: true}")));
          BsonDocument again = client.ok("{insert: 'c', documents: [{_id: 1}]}");
          assertThat(code(again.getArray("writeErrors").get(0).asDocument())).isEqualTo(11000);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"{key: {a: 1}, unique: true}", "{key: {_id: 1}, unique: false}"})
  void isUniqueAndOfIdOnly(String index) throws InterruptedException {
    Conversation.on(
        "8.2",
        client ->
            assertThat(code(client.run("{create: 'c', clusteredIndex: " + index + "}")))
                .isEqualTo(197));
  }

  private static BsonDocument first(BsonDocument reply) {
    return reply.getDocument("cursor").getArray("firstBatch").get(0).asDocument();
  }
}
