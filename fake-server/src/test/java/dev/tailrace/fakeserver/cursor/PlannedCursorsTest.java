package dev.tailrace.fakeserver.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cursors of queries in 4.4: what they die of, and when they end. */
class PlannedCursorsTest {

  private static final String THREE = "{insert: 'c', documents: [{_id: 1}, {_id: 2}, {_id: 3}]}";

  private static BsonDocument next(Conversation client, BsonDocument cursor, int batchSize)
      throws InterruptedException {
    String namespace = cursor.getString("ns").getValue();
    BsonDocument command =
        new BsonDocument("getMore", cursor.get("id"))
            .append("collection", new BsonString(namespace.substring(namespace.indexOf('.') + 1)))
            .append("batchSize", new BsonInt32(batchSize));
    return client.connection().command("d", command);
  }

  private static long id(BsonDocument reply) {
    return reply.getDocument("cursor").getInt64("id").getValue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {find: 'c', batchSize: 1}                                        | {drop: 'c'}
          {find: 'c', batchSize: 1}                                        | {dropDatabase: 1}
          {find: 'c', sort: {a: 1}, batchSize: 1}                          | {drop: 'c'}
          {aggregate: 'c', pipeline: [], cursor: {batchSize: 1}}           | {drop: 'c'}
          {aggregate: 'v', pipeline: [{$sort: {a: 1}}, {$limit: 2}], cursor: {batchSize: 1}} | {drop: 'c'}
          """)
  void oneOfADroppedCollectionIsKilled(String query, String drop) throws InterruptedException {
    Conversation.on(
        "4.4.1",
        client -> {
          client.ok(THREE);
          client.ok("{create: 'v', viewOn: 'c', pipeline: [{$match: {}}]}");
          BsonBinary uuid =
              client
                  .ok("{listCollections: 1, filter: {name: 'c'}}")
                  .getDocument("cursor")
                  .getArray("firstBatch")
                  .get(0)
                  .asDocument()
                  .getDocument("info")
                  .getBinary("uuid");
          BsonDocument cursor = client.ok(query).getDocument("cursor");
          client.ok(drop);
          BsonDocument reply = next(client, cursor, 1);
          assertThat(Conversation.code(reply)).isEqualTo(175);
          assertThat(reply.getString("errmsg").getValue())
              .isEqualTo("collection dropped. UUID " + uuid.asUuid());
          assertThat(Conversation.code(next(client, cursor, 1))).isEqualTo(43);
        });
  }

  @Test
  void oneOfARenamedCollectionIsKilled() throws InterruptedException {
    Conversation.on(
        "4.4.1",
        client -> {
          client.ok(THREE);
          BsonDocument cursor = client.ok("{find: 'c', batchSize: 1}").getDocument("cursor");
          client.run("admin", "{renameCollection: 'd.c', to: 'd.e'}");
          BsonDocument reply = next(client, cursor, 1);
          assertThat(Conversation.code(reply)).isEqualTo(175);
          assertThat(reply.getString("errmsg").getValue())
              .startsWith("collection renamed from 'd.c' to 'd.e'. UUID ");
        });
  }

  @Test
  void onesThatHaveReadEverythingLiveOn() throws InterruptedException {
    Conversation.on(
        "4.4.1",
        client -> {
          client.ok(THREE);
          BsonDocument cursor =
              client
                  .ok(
                      "{aggregate: 'c', pipeline: [{$group: {_id: '$_id'}}], cursor: {batchSize:"
                          + " 1}}")
                  .getDocument("cursor");
          client.ok("{drop: 'c'}");
          assertThat(next(client, cursor, 9).getDocument("cursor").getArray("nextBatch"))
              .hasSize(2);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {find: 'c', batchSize: 3}                                             | true
          {find: 'c', batchSize: 4}                                             | false
          {find: 'c', batchSize: 0}                                             | true
          {find: 'c'}                                                           | false
          {find: 'c', batchSize: 3, sort: {_id: -1}}                            | true
          {find: 'c', batchSize: 3, sort: {a: 1}}                               | false
          {find: 'c', batchSize: 3, limit: 3}                                   | false
          {find: 'c', batchSize: 3, limit: 4}                                   | true
          {find: 'c', filter: {_id: 1}, batchSize: 1}                           | false
          {find: 'c', filter: {_id: {$gte: 1}}, batchSize: 3}                   | true
          {find: 'c', batchSize: 3, singleBatch: true}                          | false
          {aggregate: 'c', pipeline: [], cursor: {batchSize: 3}}                | true
          {aggregate: 'c', pipeline: [{$group: {_id: 1}}], cursor: {batchSize: 1}} | true
          {aggregate: 'c', pipeline: [], cursor: {}}                            | false
          {aggregate: 'none', pipeline: [], cursor: {batchSize: 0}}             | true
          """)
  void aBatchThatIsExactlyFullLeavesTheCursorOpen(String query, boolean isOpen)
      throws InterruptedException {
    Conversation.on(
        "4.4.1",
        client -> {
          client.ok(THREE);
          BsonDocument reply = client.ok(query);
          assertThat(id(reply) != 0).isEqualTo(isOpen);
          if (isOpen) {
            assertThat(id(next(client, reply.getDocument("cursor"), 4))).isZero();
          }
        });
  }

  @Test
  void aGetMoreThatIsExactlyFullToo() throws InterruptedException {
    Conversation.on(
        "4.4.1",
        client -> {
          client.ok(THREE);
          BsonDocument scan = client.ok("{find: 'c', batchSize: 1}").getDocument("cursor");
          assertThat(id(next(client, scan, 2))).isNotZero();
          String project = "{aggregate: 'c', pipeline: [{$project: {b: {$add: [1, 1]}}}], cursor: ";
          BsonDocument stages = client.ok(project + "{batchSize: 1}}").getDocument("cursor");
          assertThat(id(next(client, stages, 2))).isZero();
        });
  }

  private static void onCapped(Conversation.Talk talk) throws InterruptedException {
    Conversation.on(
        "4.4.1",
        client -> {
          client.ok("{create: 'c', capped: true, size: 4096, max: 3}");
          talk.with(client);
        });
  }

  @Test
  void thereIsNothingToTailInAnEmptyCollection() throws InterruptedException {
    onCapped(
        client -> {
          assertThat(id(client.ok("{find: 'c', tailable: true, awaitData: true}"))).isZero();
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          assertThat(id(client.ok("{find: 'c', tailable: true, filter: {_id: 7}}"))).isNotZero();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sort: {a: 1}       | cannot use tailable option with a sort other than {$natural: 1}
          sort: {$natural: -1} | cannot use tailable option with a sort other than {$natural: 1}
          singleBatch: true  | cannot use tailable option with the 'singleBatch' option
          """)
  void whatDoesNotGoWithATail(String option, String message) throws InterruptedException {
    onCapped(
        client -> {
          BsonDocument reply = client.run("{find: 'c', tailable: true, " + option + "}");
          assertThat(Conversation.code(reply)).isEqualTo(2);
          assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
        });
  }

  @Test
  void aTailSkipsAndHasALimit() throws InterruptedException {
    onCapped(
        client -> {
          client.ok(THREE);
          BsonDocument cursor =
              client
                  .ok("{find: 'c', tailable: true, skip: 1, limit: 2, batchSize: 1}")
                  .getDocument("cursor");
          assertThat(cursor.getArray("firstBatch")).containsExactly(BsonDocument.parse("{_id: 2}"));
          BsonDocument rest = next(client, cursor, 9);
          assertThat(rest.getDocument("cursor").getArray("nextBatch"))
              .containsExactly(BsonDocument.parse("{_id: 3}"));
          assertThat(id(rest)).isNotZero();
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9})
  void aTailThatIsOvertakenDies(int batchSize) throws InterruptedException {
    onCapped(
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 2}]}");
          BsonDocument cursor =
              client
                  .ok("{find: 'c', tailable: true, batchSize: " + batchSize + "}")
                  .getDocument("cursor");
          client.ok("{insert: 'c', documents: [{_id: 3}, {_id: 4}, {_id: 5}]}");
          BsonDocument reply = next(client, cursor, 9);
          assertThat(Conversation.code(reply)).isEqualTo(136);
          assertThat(reply.getString("errmsg").getValue())
              .isEqualTo(
                  batchSize == 1
                      ? "CollectionScan died due to position in capped collection being deleted."
                          + " Last seen record id: RecordId(1)"
                      : "CollectionScan died due to failure to restore tailable cursor position."
                          + " Last seen record id: RecordId(2)");
        });
  }

  @Test
  void aTailThatWaitsHearsOfTheDrop() throws InterruptedException {
    FakeReplicaSet.Builder builder = FakeReplicaSet.builder().virtualTime();
    try (FakeReplicaSet set = builder.serverVersion(ServerVersion.parse("4.4.1")).start();
        Conversation client = new Conversation(set, 0, "d");
        Conversation other = new Conversation(set, 0, "d")) {
      other.ok("{create: 'c', capped: true, size: 4096}");
      other.ok(THREE);
      BsonDocument cursor =
          client.ok("{find: 'c', tailable: true, awaitData: true}").getDocument("cursor");
      BsonDocument getMore =
          new BsonDocument("getMore", cursor.get("id"))
              .append("collection", new BsonString("c"))
              .append("maxTimeMS", new BsonInt32(60_000));
      client.connection().send("d", getMore);
      other.ok("{drop: 'c'}");
      assertThat(Conversation.code(client.receive(Duration.ofSeconds(1)))).isEqualTo(175);
    }
  }

  @Test
  void onlyCappedCollectionsAreTailed() throws InterruptedException {
    Conversation.on(
        "4.4.1",
        client -> {
          client.ok(THREE);
          assertThat(client.run("{find: 'c', tailable: true}").getString("errmsg").getValue())
              .isEqualTo(
                  "error processing query: ns=d.cTree: $and\nSort: {}\nProj: {}\n tailable cursor"
                      + " requested on non capped collection");
        });
  }
}
