package dev.tailrace.fakeserver.stream;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What options and single releases add to events, or to what is said of them. */
class ShownFieldsTest {

  private static List<String> namesOf(List<BsonDocument> events) {
    return events.stream()
        .map(event -> event.getDocument("ns").getString("coll").getValue())
        .toList();
  }

  private static String summary(BsonDocument event) {
    return event.getString("operationType").getValue()
        + " "
        + event.getDocument("ns").getString("coll").getValue();
  }

  @ParameterizedTest
  @CsvSource({"8.2.0, true", "8.2.1, false", "8.0, false", "7.0, false"})
  void release820ShowsSomeOfTheExpandedFieldsUnasked(String release, boolean shows)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1, a: {'1': 1}}]}");
          BsonDocument stream = client.watch("", "{}");
          client.ok("{createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a_1'}]}");
          client.ok("{update: 'c', updates: [{q: {_id: 1}, u: {$set: {'a.1': 2}}}]}");
          client.run("admin", "{renameCollection: 'd.c', to: 'd.e'}");
          client.ok("{drop: 'e'}");
          List<BsonDocument> events = client.events(stream);
          assertThat(events)
              .extracting(event -> event.getString("operationType").getValue())
              .containsExactly("update", "rename", "drop");
          assertThat(events)
              .allSatisfy(
                  event -> assertThat(event.containsKey("collectionUUID")).isEqualTo(shows));
          assertThat(events.get(0).getDocument("updateDescription"))
              .satisfies(
                  update -> assertThat(update.containsKey("disambiguatedPaths")).isEqualTo(shows));
          assertThat(events.get(1).containsKey("operationDescription")).isEqualTo(shows);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.0", "7.0", "8.2"})
  void showSystemEventsShowsSomeSystemCollections(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonDocument shown = client.watch("", "{showSystemEvents: true}");
          BsonDocument hidden = client.watch("", "{showSystemEvents: false}");
          client.ok("{insert: 'system.js', documents: [{_id: 'f', value: 1}]}");
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          assertThat(namesOf(client.events(shown))).containsExactly("system.js", "c");
          assertThat(namesOf(client.events(hidden))).containsExactly("c");
        });
  }

  @ParameterizedTest
  @CsvSource({"7.0, false", "8.0, false", "8.2.1, true"})
  void showSystemEventsShowsTheCollectionOfTheViews(String release, boolean shows)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonDocument stream =
              client.watch("", "{showSystemEvents: true, showExpandedEvents: true}");
          client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
          client.ok("{drop: 'system.views'}");
          assertThat(client.events(stream))
              .extracting(ShownFieldsTest::summary)
              .containsExactlyElementsOf(
                  shows
                      ? List.of("create system.views", "create v", "drop system.views")
                      : List.of("create v"));
        });
  }

  @ParameterizedTest
  @CsvSource({"8.0, true, true", "8.0, true, false", "8.0, false, true", "7.0, true, true"})
  void anIndexBuildOverDocumentsShowsItsBeginning(
      String release, boolean showsSystem, boolean expanded) throws InterruptedException {
    boolean shows = showsSystem && expanded && !release.equals("7.0");
    Conversation.on(
        release,
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 0, a: 0, b: 0}, {_id: 1, a: 1, b: 0}]}");
          String options = "{showSystemEvents: %s, showExpandedEvents: %s}";
          BsonDocument stream = client.watch("c", options.formatted(showsSystem, expanded));
          String indexes = "[{key: {a: 1}, name: 'a_1', unique: true}, {key: {b: 1}, name: 'b_1'}]";
          client.ok("{createIndexes: 'c', indexes: " + indexes + "}");
          client.ok("{createIndexes: 'd', indexes: " + indexes + "}"); // Nothing is built there.
          List<BsonDocument> events = client.events(stream);
          assertThat(events)
              .extracting(ShownFieldsTest::summary)
              .containsExactlyElementsOf(
                  shows
                      ? List.of("startIndexBuild c", "createIndexes c")
                      : expanded ? List.of("createIndexes c") : List.of());
          if (shows) {
            assertThat(events.get(0).get("operationDescription"))
                .isEqualTo(events.get(1).get("operationDescription"));
            assertThat(events.get(0).get("collectionUUID"))
                .isEqualTo(events.get(1).get("collectionUUID"));
          }
        });
  }

  @Test
  void anIndexBuildThatFailsIsAborted() throws InterruptedException {
    Conversation.on(
        "8.0",
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 0, a: 0, b: 0}, {_id: 1, a: 1, b: 0}]}");
          BsonDocument stream =
              client.watch("c", "{showSystemEvents: true, showExpandedEvents: true}");
          BsonDocument reply =
              client.run(
                  "d",
                  "{createIndexes: 'c', indexes: ["
                      + "{key: {b: 1}, name: 'b_1', unique: true}, {key: {a: 1}, name: 'a_1'}]}");
          assertThat(code(reply)).isEqualTo(11000);
          List<BsonDocument> events = client.events(stream);
          assertThat(events)
              .extracting(ShownFieldsTest::summary)
              .containsExactly("startIndexBuild c", "abortIndexBuild c");
          assertThat(events)
              .allSatisfy(
                  event ->
                      assertThat(event.getDocument("operationDescription"))
                          .isEqualTo(
                              BsonDocument.parse(
                                  "{indexes: [{v: 2, unique: true, key: {b: 1}, name: 'b_1'},"
                                      + " {v: 2, key: {a: 1}, name: 'a_1'}]}")));
          client.ok("{insert: 'c', documents: [{_id: 2, b: 0}]}");
          assertThat(client.events(stream)).hasSize(1);
          String token = events.get(0).getDocument("_id").toJson();
          BsonDocument resumed =
              client.watch(
                  "c",
                  "{showSystemEvents: true, showExpandedEvents: true, resumeAfter: %s}"
                      .formatted(token));
          assertThat(resumed.getArray("firstBatch"))
              .extracting(event -> summary(event.asDocument()))
              .containsExactly("abortIndexBuild c", "insert c");
        });
  }

  @Test
  void theLookupCanBeHeldToTheCollectionOfTheChange() throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          String options = "fullDocument: 'updateLookup', matchCollectionUUIDForUpdateLookup: ";
          BsonDocument byUuid = client.watch("", "{" + options + "true}");
          BsonDocument byName = client.watch("", "{" + options + "false}");
          client.ok("{update: 'c', updates: [{q: {_id: 1}, u: {$set: {a: 1}}}]}");
          client.ok("{drop: 'c'}");
          client.ok("{insert: 'c', documents: [{_id: 1, isNew: true}]}");
          assertThat(client.events(byUuid).get(0).get("fullDocument")).isEqualTo(BsonNull.VALUE);
          assertThat(client.events(byName).get(0).get("fullDocument"))
              .isEqualTo(BsonDocument.parse("{_id: 1, isNew: true}"));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.4", "5.0"})
  void before60TheMissingPreImageIsNamedByItsWholeEvent(String release)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1, a: 1}]}");
          BsonDocument plain = client.watch("c", "{}");
          BsonDocument stream =
              client.watch(
                  "c", "{fullDocumentBeforeChange: 'required', fullDocument: 'updateLookup'}");
          client.ok("{update: 'c', updates: [{q: {_id: 1}, u: {$set: {a: 2}}}]}");
          BsonDocument event = client.events(plain).get(0);
          BsonDocument reply = client.getMore(stream);
          assertThat(code(reply)).isEqualTo(51770);
          assertThat(reply.getString("errmsg").getValue())
              .contains("no pre-image optime was recorded for event: {_id: {_data: \"")
              .contains(event.getDocument("_id").getString("_data").getValue())
              .contains("operationType: \"update\"")
              .contains("documentKey: {_id: 1}")
              .contains("updatedFields: {a: 2}")
              .doesNotContain("fullDocument");
        });
  }
}
