package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewsTest {

  private final FakeReplicaSet set = FakeReplicaSet.builder().virtualTime().start();
  private final Conversation client = new Conversation(set, 0, "d");

  @AfterEach
  void close() {
    client.close();
    set.close();
  }

  /** All events of the stream so far. */
  private static List<BsonDocument> allEvents(Conversation client, BsonDocument cursor)
      throws InterruptedException {
    List<BsonDocument> all = new ArrayList<>();
    List<BsonDocument> batch = client.events(cursor);
    while (!batch.isEmpty()) {
      all.addAll(batch);
      batch = client.events(cursor);
    }
    return all;
  }

  private static List<BsonValue> find(Conversation client, String collection)
      throws InterruptedException {
    return client.ok("{find: '" + collection + "'}").getDocument("cursor").getArray("firstBatch");
  }

  private static List<String> names(Conversation client) throws InterruptedException {
    return client
        .ok("{listCollections: 1, nameOnly: true}")
        .getDocument("cursor")
        .getArray("firstBatch")
        .stream()
        .map(entry -> entry.asDocument().getString("name").getValue())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.0", "7.0", "8.0", "8.2"})
  void tokensOfViewEventsHaveTheIdentityOfSystemViews(String release) throws InterruptedException {
    try (FakeReplicaSet old =
            FakeReplicaSet.builder()
                .virtualTime()
                .serverVersion(ServerVersion.parse(release))
                .start();
        Conversation talk = new Conversation(old, 0, "d")) {
      BsonDocument cursor = talk.watch("", "{showExpandedEvents: true}");
      talk.ok("{create: 'v', viewOn: 'c', pipeline: []}");
      talk.ok("{collMod: 'v', viewOn: 'c2', pipeline: []}");
      talk.ok("{drop: 'v'}");
      talk.ok("{create: 'w', viewOn: 'c', pipeline: []}");
      BsonValue uuid =
          talk.ok("{listCollections: 1, filter: {name: 'system.views'}}")
              .getDocument("cursor")
              .getArray("firstBatch")
              .get(0)
              .asDocument()
              .getDocument("info")
              .get("uuid");
      List<BsonDocument> events = allEvents(talk, cursor);
      assertThat(events)
          .extracting(event -> event.getString("operationType").getValue())
          .containsExactly("create", "modify", "drop", "create");
      for (int i = 0; i < events.size(); i++) {
        BsonDocument event = events.get(i);
        DecodedToken token = ResumeTokenCodec.decode(event.getDocument("_id"));
        assertThat(token.uuidField()).isEqualTo(uuid);
        assertThat(event.containsKey("collectionUUID")).isFalse();
        BsonDocument resumed =
            talk.watch(
                "",
                "{showExpandedEvents: true, resumeAfter: "
                    + event.getDocument("_id").toJson()
                    + "}");
        assertThat(resumed.getArray("firstBatch")).hasSize(events.size() - 1 - i);
      }
    }
  }

  @Test
  void definitionsAreDocumentsOfSystemViews() throws InterruptedException {
    assertThat(names(client)).isEmpty();
    client.ok("{create: 'v', viewOn: 'c', pipeline: [{$match: {a: 1}}]}");
    assertThat(names(client)).containsExactly("system.views", "v");
    assertThat(find(client, "system.views"))
        .containsExactly(
            BsonDocument.parse("{_id: 'd.v', viewOn: 'c', pipeline: [{$match: {a: 1}}]}"));
    client.ok("{collMod: 'v', viewOn: 'c2', pipeline: []}");
    assertThat(find(client, "system.views"))
        .containsExactly(BsonDocument.parse("{_id: 'd.v', viewOn: 'c2', pipeline: []}"));
    client.ok("{drop: 'v'}");
    assertThat(names(client)).containsExactly("system.views");
    assertThat(find(client, "system.views")).isEmpty();
  }

  @Test
  void viewsGoWithTheirDefinitions() throws InterruptedException {
    client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
    client.ok("{drop: 'system.views'}");
    assertThat(names(client)).isEmpty();
    client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
    BsonDocument cursor = client.watch("", "{showExpandedEvents: true}");
    client.ok("{dropDatabase: 1}");
    assertThat(names(client)).isEmpty();
    assertThat(client.events(cursor))
        .extracting(event -> event.getString("operationType").getValue())
        .containsExactly("dropDatabase", "invalidate");
  }

  private static void refused(BsonDocument reply, int code, String message) {
    assertThat(reply.getInt32("code").getValue()).isEqualTo(code);
    assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
  }

  @Test
  void areTwentyDeepAtTheMost() throws InterruptedException {
    String tooDeep = "View depth limit exceeded; maximum depth is 20";
    client.ok("{insert: 'v0', documents: [{_id: 1}]}");
    for (int i = 1; i <= 20; i++) {
      client.ok("{create: 'v%d', viewOn: 'v%d', pipeline: []}".formatted(i, i - 1));
    }
    assertThat(find(client, "v20")).hasSize(1);
    refused(client.run("{create: 'v21', viewOn: 'v20', pipeline: []}"), 165, tooDeep);
    refused(
        client.run("{create: 'w', viewOn: 'c', pipeline: [{$unionWith: 'v20'}]}"), 165, tooDeep);
    refused(
        client.run("{collMod: 'v1', viewOn: 'v20', pipeline: []}"),
        5,
        "View cycle detected on d.v1");
    client.ok("{create: 'x', viewOn: 'v0', pipeline: []}");
    refused(client.run("{collMod: 'v1', viewOn: 'x', pipeline: []}"), 165, tooDeep);
    client.ok("{drop: 'v10'}"); // Those above read nothing now.
    client.ok("{create: 'v21', viewOn: 'v20', pipeline: []}");
    refused(client.run("{create: 'v10', viewOn: 'v9', pipeline: []}"), 165, tooDeep);
  }

  @Test
  void doNotReadThemselvesByAStage() throws InterruptedException {
    String join = "pipeline: [{$lookup: {from: '%s', as: 'x', pipeline: []}}]";
    refused(
        client.run("{create: 'v', viewOn: 'c', " + join.formatted("v") + "}"),
        5,
        "View cycle detected on d.v");
    client.ok("{create: 'v', viewOn: 'c', " + join.formatted("w") + "}");
    refused(
        client.run("{create: 'w', viewOn: 'c', pipeline: [{$facet: {x: [{$unionWith: 'v'}]}}]}"),
        5,
        "View cycle detected on d.w");
  }

  @Test
  void thatReadEachOtherAcrossDatabasesAreGivenUp() throws InterruptedException {
    String join =
        "{create: 'v', viewOn: 'c', pipeline: [{$lookup: {from: {db: '%s', coll: 'v'}, as: 'x',"
            + " pipeline: []}}]}";
    client.ok("{insert: 'c', documents: [{_id: 1}]}");
    client.run("e", "{insert: 'c', documents: [{_id: 1}]}");
    client.ok(join.formatted("e"));
    client.run("e", join.formatted("d"));
    BsonDocument reply = client.run("{find: 'v'}");
    assertThat(reply.getInt32("code").getValue()).isEqualTo(165);
    assertThat(reply.getString("errmsg").getValue())
        .endsWith("View depth too deep or view cycle detected; maximum depth is 20");
  }

  @Test
  void systemViewsKeepsItsName() throws InterruptedException {
    client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
    BsonDocument refused = client.run("admin", "{renameCollection: 'd.system.views', to: 'd.x'}");
    assertThat(refused.getInt32("code").getValue()).isEqualTo(20);
  }
}
