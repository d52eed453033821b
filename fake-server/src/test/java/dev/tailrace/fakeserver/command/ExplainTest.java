package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** What is explained is not done (reference, section 1.12), and what is none is refused. */
class ExplainTest {

  static final List<ServerVersion> versions = ServerVersion.ALL;

  private static FakeReplicaSet set(ServerVersion version) {
    return FakeReplicaSet.builder().virtualTime().serverVersion(version).start();
  }

  private static int openCursors(Conversation client) throws InterruptedException {
    return client
        .ok("{serverStatus: 1}")
        .getDocument("metrics")
        .getDocument("cursor")
        .getDocument("open")
        .getNumber("total")
        .intValue();
  }

  @ParameterizedTest
  @FieldSource("versions")
  void anExplainedStreamIsNotOpened(ServerVersion version) throws InterruptedException {
    try (var set = set(version);
        var client = new Conversation(set, 0, "d")) {
      BsonDocument reply =
          client.ok("{aggregate: 'c', pipeline: [{$changeStream: {}}], explain: true}");
      assertThat(reply.containsKey("cursor")).isFalse();
      assertThat(reply.getArray("stages")).isNotEmpty();
      assertThat(openCursors(client)).isZero();
      client.watch("c", "{}");
      assertThat(openCursors(client)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {aggregate: 'c', pipeline: [{$changeStream: {x: 1}}], explain: true} | 40415
          {aggregate: 'c', pipeline: [{$changeStream: {}}], explain: 'x'}      | 14
          {aggregate: 'c', pipeline: [], explain: {foo: 1}}                    | 14
          {explain: {foo: 1}}                                                  | 59
          {explain: {ping: 1}}                                                 | 20
          {explain: {find: 'c'}, verbosity: 'loud'}                            | 2
          {explain: {find: 'c'}, verbosity: 'queryPlanner'}                    | 0
          {explain: {update: 'c', updates: []}}                                | 0
          """)
  void whatCannotBeExplainedIsRefused(String command, int code) throws InterruptedException {
    try (var set = set(ServerVersion.V8_0);
        var client = new Conversation(set, 0, "d")) {
      BsonDocument reply = client.run(command);
      assertThat(reply.containsKey("code") ? reply.getInt32("code").getValue() : 0).isEqualTo(code);
    }
  }
}
