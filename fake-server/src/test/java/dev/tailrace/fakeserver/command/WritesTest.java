package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WritesTest {

  private static final String SESSION =
      "lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}}";

  private final FakeReplicaSet set = FakeReplicaSet.builder().members(3).virtualTime().start();
  private final Conversation client = new Conversation(set, 0, "d");

  @AfterEach
  void close() {
    client.close();
    set.close();
  }

  private List<BsonValue> found() throws InterruptedException {
    return client.ok("{find: 'c'}").getDocument("cursor").getArray("firstBatch");
  }

  private static int code(BsonDocument reply) {
    return reply.getInt32("code").getValue();
  }

  @Test
  void putsTheIdFirstAndMakesOneWhereThereIsNone() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{a: 1, _id: 5}, {b: 1}]}");
    assertThat(found().get(0)).isEqualTo(BsonDocument.parse("{_id: 5, a: 1}"));
    assertThat(found().get(0).asDocument().getFirstKey()).isEqualTo("_id");
    assertThat(found().get(1).asDocument().getFirstKey()).isEqualTo("_id");
    assertThat(found().get(1).asDocument().isObjectId("_id")).isTrue();
  }

  /** By bytes, as the library makes no such document: {a: 1, _id: 1, _id: 2}. */
  @Test
  void aDocumentHasOneId() throws InterruptedException {
    RawBsonDocument document =
        new RawBsonDocument(
            HexFormat.of()
                .parseHex("1e00000010610001000000105f69640001000000105f6964000200000000"));
    client
        .connection()
        .send(
            "d",
            new BsonDocument("insert", new BsonString("c"))
                .append("documents", new BsonArray(List.of(document))));

    BsonDocument error =
        client.receive(Duration.ofMillis(1)).getArray("writeErrors").get(0).asDocument();

    assertThat(code(error)).isEqualTo(2);
    assertThat(error.getString("errmsg").getValue())
        .isEqualTo("can't have multiple _id fields in one document");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {key: {a: 1}, name: 'i', unique: true}               | {_id: 1, a: 5}        | {_id: 2, a: 5}        | 11000
          {key: {a: 1}, name: 'i', unique: true}               | {_id: 1, a: 5}        | {_id: 2, a: 5.0}      | 11000
          {key: {a: 1}, name: 'i', unique: true}               | {_id: 1, a: [1, 2]}   | {_id: 2, a: 2}        | 11000
          {key: {a: 1}, name: 'i', unique: true}               | {_id: 1}              | {_id: 2, a: null}     | 11000
          {key: {a: 1}, name: 'i', unique: true, sparse: true} | {_id: 1}              | {_id: 2}              | 0
          {key: {'a.b': 1}, name: 'i', unique: true}           | {_id: 1, a: [{b: 1}]} | {_id: 2, a: {b: 1}}   | 11000
          {key: {a: 1, b: 1}, name: 'i', unique: true}         | {_id: 1, a: 1, b: 1}  | {_id: 2, a: 1, b: 2}  | 0
          {key: {a: 1}, name: 'i', unique: true, partialFilterExpression: {b: 1}} | {_id: 1, a: 1} | {_id: 2, a: 1} | 0
          {key: {a: 1}, name: 'i', unique: true, partialFilterExpression: {b: 1}} | {_id: 1, a: 1, b: 1} | {_id: 2, a: 1, b: 1} | 11000
          """)
  void aUniqueIndexLetsNoKeyInTwice(String index, String first, String second, int code)
      throws InterruptedException {
    client.ok("{createIndexes: 'c', indexes: [" + index + "]}");
    client.ok("{insert: 'c', documents: [" + first + "]}");
    BsonDocument reply = client.ok("{insert: 'c', documents: [" + second + "]}");
    int found =
        reply.containsKey("writeErrors")
            ? code(reply.getArray("writeErrors").get(0).asDocument())
            : 0;
    assertThat(found).isEqualTo(code);
  }

  @Test
  void aKeyIsFreeAgainOnceItsDocumentIsGone() throws InterruptedException {
    client.ok("{createIndexes: 'c', indexes: [{key: {a: 1}, name: 'i', unique: true}]}");
    client.ok("{insert: 'c', documents: [{_id: 1, a: 1}]}");
    client.ok("{delete: 'c', deletes: [{q: {_id: 1}, limit: 1}]}");
    assertThat(client.ok("{insert: 'c', documents: [{_id: 2, a: 1}]}").containsKey("writeErrors"))
        .isFalse();
  }

  @Test
  void anIndexIsNotBuiltOverWhatBreaksIt() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1, a: 1}, {_id: 2, a: 1}]}");
    BsonDocument reply =
        client.run("{createIndexes: 'c', indexes: [{key: {a: 1}, name: 'i', unique: true}]}");
    assertThat(code(reply)).isEqualTo(11000);
    BsonDocument listed = client.ok("{listIndexes: 'c'}").getDocument("cursor");
    assertThat(listed.getArray("firstBatch")).hasSize(1);
  }

  @Test
  void aCappedCollectionKeepsTheNewest() throws InterruptedException {
    client.ok("{create: 'c', capped: true, size: 100000, max: 2}");
    client.ok("{insert: 'c', documents: [{_id: 1}, {_id: 2}, {_id: 3}]}");
    assertThat(found())
        .containsExactly(BsonDocument.parse("{_id: 2}"), BsonDocument.parse("{_id: 3}"));
  }

  @Test
  void aTailableCursorWaitsForWhatComes() throws InterruptedException {
    client.ok("{create: 'c', capped: true, size: 100000}");
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    BsonDocument cursor =
        client.ok("{find: 'c', tailable: true, awaitData: true}").getDocument("cursor");
    assertThat(cursor.getArray("firstBatch")).hasSize(1);
    assertThat(client.events(cursor)).isEmpty();
    client.ok("{insert: 'c', documents: [{_id: 2}]}");
    assertThat(client.events(cursor)).containsExactly(BsonDocument.parse("{_id: 2}"));
  }

  @Test
  void aValidatorKeepsOutWhatDoesNotMatch() throws InterruptedException {
    client.ok("{create: 'c', validator: {a: {$type: 'int'}}}");
    BsonDocument reply = client.ok("{insert: 'c', documents: [{_id: 1, a: 'x'}]}");
    assertThat(code(reply.getArray("writeErrors").get(0).asDocument())).isEqualTo(121);
    client.ok("{insert: 'c', documents: [{_id: 1, a: 'x'}], bypassDocumentValidation: true}");
    assertThat(found()).hasSize(1);
  }

  @Test
  void aRetriedWriteIsDoneOnceAlsoAfterAFailOver() throws InterruptedException {
    String insert =
        "{insert: 'c', documents: [{_id: 1}, {_id: 2}], txnNumber: {$numberLong: '1'}, ";
    client.ok(insert + SESSION + "}");
    set.stepDown();
    set.clock().advance(Duration.ofSeconds(1));
    try (Conversation next = new Conversation(set, set.primary().orElseThrow().index(), "d")) {
      BsonDocument again = next.ok(insert + SESSION + "}");
      assertThat(again.getInt32("n").getValue()).isEqualTo(2);
      assertThat(again.containsKey("writeErrors")).isFalse();
      assertThat(next.ok("{count: 'c'}").getInt32("n").getValue()).isEqualTo(2);
    }
  }

  @Test
  void aWriteWaitsForItsWriteConcernOrSaysThatItDidNot() throws InterruptedException {
    set.member(1).setLag(Duration.ofSeconds(2));
    set.member(2).setLag(Duration.ofSeconds(9));
    RawConnection connection = client.connection();
    connection.send(
        "d", BsonDocument.parse("{insert: 'c', documents: [{}], writeConcern: {w: 'majority'}}"));
    assertThat(connection.receive(Duration.ofMillis(1999))).isNull();
    assertThat(connection.receive(Duration.ofMillis(2))).isNotNull();
    BsonDocument timedOut =
        client.ok("{insert: 'c', documents: [{}], writeConcern: {w: 3, wtimeout: 100}}");
    assertThat(code(timedOut.getDocument("writeConcernError"))).isEqualTo(64);
    BsonDocument impossible = client.ok("{insert: 'c', documents: [{}], writeConcern: {w: 4}}");
    assertThat(code(impossible.getDocument("writeConcernError"))).isEqualTo(100);
  }

  @Test
  void aWriteThatWaitsWhenThePrimaryStepsDownSaysSo() throws InterruptedException {
    set.member(1).setLag(Duration.ofSeconds(20));
    set.member(2).setLag(Duration.ofSeconds(20));
    RawConnection connection = client.connection();
    connection.send(
        "d", BsonDocument.parse("{insert: 'c', documents: [{}], writeConcern: {w: 'majority'}}"));
    set.clock().advance(Duration.ofMillis(1));
    set.stepDown();
    BsonDocument reply = client.receive(Duration.ofMillis(1));
    assertThat(code(reply.getDocument("writeConcernError"))).isEqualTo(189);
  }

  @Test
  void aCausalReadOnASecondaryWaitsUntilThatHasCaughtUp() throws InterruptedException {
    set.member(1).setLag(Duration.ofSeconds(3));
    client.ok("{create: 'c'}");
    BsonDocument written = client.ok("{insert: 'c', documents: [{_id: 1}]}");
    String time = new BsonDocument("t", written.get("operationTime")).toJson();
    String after = time.substring(time.indexOf(':') + 1, time.length() - 1);
    long before = set.clock().nanoTime();
    try (Conversation secondary = new Conversation(set, 1, "d")) {
      BsonDocument reply =
          secondary.ok(
              "{find: 'c', $readPreference: {mode: 'secondary'},"
                  + " readConcern: {afterClusterTime: "
                  + after
                  + "}}");
      assertThat(reply.getDocument("cursor").getArray("firstBatch")).hasSize(1);
    }
    assertThat(set.clock().nanoTime() - before).isEqualTo(Duration.ofSeconds(3).toNanos());
  }

  @Test
  void bulkWriteDoesSeveralThingsOnSeveralCollections() throws InterruptedException {
    BsonDocument reply =
        client.run(
            "admin",
            "{bulkWrite: 1, nsInfo: [{ns: 'd.c'}, {ns: 'd.e'}], ops: ["
                + "{insert: 0, document: {_id: 1}}, {insert: 1, document: {_id: 1}},"
                + "{insert: 0, document: {_id: 1}}, {delete: 1, filter: {_id: 1}}],"
                + " ordered: false}");
    assertThat(reply.getInt32("nInserted").getValue()).isEqualTo(2);
    assertThat(reply.getInt32("nErrors").getValue()).isEqualTo(1);
    assertThat(reply.getInt32("nDeleted").getValue()).isEqualTo(1);
    List<BsonValue> results = reply.getDocument("cursor").getArray("firstBatch");
    assertThat(results).hasSize(4);
    assertThat(code(results.get(2).asDocument())).isEqualTo(11000);
  }

  @Test
  void aRenameBetweenDatabasesMovesTheDocuments() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    BsonDocument cursor = client.watch("c", "{}");
    client.run("admin", "{renameCollection: 'd.c', to: 'e.c'}");
    BsonDocument moved = client.run("e", "{find: 'c'}").getDocument("cursor");
    assertThat(moved.getArray("firstBatch")).hasSize(1);
    assertThat(client.events(cursor).get(0).getString("operationType").getValue())
        .isEqualTo("drop");
  }

  @Test
  void whatWasNotReplicatedIsRolledBack() throws InterruptedException {
    try (var small =
            FakeReplicaSet.builder()
                .members(3)
                .virtualTime()
                .serverVersion(ServerVersion.V4_4)
                .start();
        var writer = new Conversation(small, 0, "d")) {
      writer.ok("{insert: 'c', documents: [{_id: 1}]}");
      small.member(1).setLag(Duration.ofSeconds(60));
      small.member(2).setLag(Duration.ofSeconds(60));
      writer.ok("{insert: 'c', documents: [{_id: 2}]}");
      small.member(0).crash();
      small.clock().advance(Duration.ofSeconds(1));
      try (var after = new Conversation(small, small.primary().orElseThrow().index(), "d")) {
        assertThat(after.ok("{count: 'c'}").getInt32("n").getValue()).isEqualTo(1);
      }
    }
  }

  @Test
  void pipelinesOfABulkWriteKnowItsConstants() throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    BsonDocument reply =
        client.run(
            "admin",
            "{bulkWrite: 1, ops: [{update: 0, filter: {_id: 1}, updateMods: [{$set: {a: '$$k'}}],"
                + " constants: {k: 5}}], nsInfo: [{ns: 'd.c'}]}");
    assertThat(reply.getInt32("nErrors").getValue()).as(reply.toJson()).isZero();
    assertThat(found()).containsExactly(BsonDocument.parse("{_id: 1, a: 5}"));
  }
}
