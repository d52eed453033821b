package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code setClusterParameter} and {@code getClusterParameter}. */
class ClusterParametersTest {

  private static final String GET = "{getClusterParameter: 'changeStreamOptions'}";

  private static String set(String seconds) {
    return "{setClusterParameter: {changeStreamOptions: {preAndPostImages: {expireAfterSeconds: "
        + seconds
        + "}}}}";
  }

  private static BsonDocument only(BsonDocument reply) {
    assertThat(reply.getArray("clusterParameters")).as(reply.toJson()).hasSize(1);
    return reply.getArray("clusterParameters").get(0).asDocument();
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.0", "7.0", "8.0", "8.2"})
  void changeStreamOptionsAreOffUntilTheyAreSet(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          assertThat(only(client.run("admin", GET)))
              .isEqualTo(
                  BsonDocument.parse(
                      "{_id: 'changeStreamOptions',"
                          + " clusterParameterTime: {$timestamp: {t: 0, i: 0}},"
                          + " preAndPostImages: {expireAfterSeconds: 'off'}}"));

          assertThat(code(client.run("admin", set("100")))).isZero();
          BsonDocument changed = only(client.run("admin", GET));
          assertThat(changed.keySet())
              .containsExactly("_id", "clusterParameterTime", "preAndPostImages");
          assertThat(changed.getTimestamp("clusterParameterTime").getTime()).isPositive();
          assertThat(changed.get("preAndPostImages"))
              .isEqualTo(BsonDocument.parse("{expireAfterSeconds: {$numberLong: '100'}}"));

          assertThat(code(client.run("admin", set("'off'")))).isZero();
          for (String names : new String[] {"'*'", "['changeStreamOptions']"}) {
            assertThat(only(client.run("admin", "{getClusterParameter: " + names + "}")))
                .containsEntry(
                    "preAndPostImages", BsonDocument.parse("{expireAfterSeconds: 'off'}"));
          }
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {setClusterParameter: {}}                                    | 4
          {setClusterParameter: 5}                                     | 14
          {setClusterParameter: {nope: {a: 1}}}                        | 4
          {setClusterParameter: {changeStreamOptions: {}, nope: {}}}   | 72
          {setClusterParameter: {changeStreamOptions: 5}}              | 2
          {setClusterParameter: {changeStreamOptions: {}}}             | 2
          {setClusterParameter: {changeStreamOptions: {nope: 1}}}      | 2
          {setClusterParameter: {changeStreamOptions: {preAndPostImages: {}}}} | 2
          {setClusterParameter: {changeStreamOptions: {preAndPostImages: 5}}}  | 2
          {getClusterParameter: 5}                                     | 14
          {getClusterParameter: []}                                    | 2
          {getClusterParameter: 'nope'}                                | 4
          {getClusterParameter: ['changeStreamOptions', 'nope']}       | 4
          """)
  void refusesWhatAServerRefuses(String command, int code) throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          assertThat(code(client.run("admin", command))).isEqualTo(code);
          assertThat(code(client.run("d", command))).isEqualTo(13);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "'on'", "true", "null", "{}"})
  void takesAPositiveNumberOrOff(String seconds) throws InterruptedException {
    Conversation.on(
        "7.0", client -> assertThat(code(client.run("admin", set(seconds)))).isEqualTo(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.4", "5.0"})
  void before60ThereAreNone(String release) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          assertThat(code(client.run("admin", GET))).isEqualTo(59);
          assertThat(code(client.run("admin", set("5")))).isEqualTo(59);
        });
  }

  @Test
  void aSecondaryAnswersAndSetsNone() throws InterruptedException {
    try (var servers = FakeReplicaSet.builder().members(2).virtualTime().start();
        var primary = new Conversation(servers, 0, "admin");
        var secondary = new Conversation(servers, 1, "admin")) {
      primary.ok(set("7"));
      assertThat(only(secondary.ok(GET)).get("preAndPostImages"))
          .isEqualTo(BsonDocument.parse("{expireAfterSeconds: {$numberLong: '7'}}"));
      assertThat(code(secondary.run(set("8")))).isEqualTo(10107);
    }
  }

  @Test
  void aStandaloneSetsNone() throws InterruptedException {
    try (var server =
            FakeReplicaSet.builder()
                .standalone()
                .virtualTime()
                .serverVersion(ServerVersion.V6_0)
                .start();
        var client = new Conversation(server, 0, "admin")) {
      assertThat(code(client.run(set("8")))).isEqualTo(20);
    }
  }

  @Test
  void whatElseSomebodyWritesThereIsNoValue() throws InterruptedException {
    try (FakeReplicaSet set = FakeReplicaSet.builder().virtualTime().start();
        Conversation client = new Conversation(set, 0, "config")) {
      client.ok(
          "{insert: 'clusterParameters', documents: [{_id: 'changeStreamOptions',"
              + " preAndPostImages: 5}]}");
      set.clock().advance(Duration.ofSeconds(15));
      BsonDocument shown = client.run("admin", "{getClusterParameter: 'changeStreamOptions'}");
      assertThat(shown.toJson()).contains("\"expireAfterSeconds\": \"off\"");
    }
  }
}
