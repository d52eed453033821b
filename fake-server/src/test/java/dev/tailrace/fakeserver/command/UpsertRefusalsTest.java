package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an upsert may not say. */
class UpsertRefusalsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {$v: 1, $set: {a: 1}} | {_id: 1}                   | 9   | The $v update field is only recognized internally
          {$set: {a: 1}, $v: 1} | {_id: 1}                   | 9   | The $v update field is only recognized internally
          {$set: {a: 1}}        | {$expr: {$eq: [1, 1]}}     | 224 | $expr is not allowed in the query predicate for an upsert
          {$set: {a: 1}}        | {$or: [{$expr: true}]}     | 224 | $expr is not allowed in the query predicate for an upsert
          """)
  void areTheSameByBothCommands(String update, String query, int code, String message)
      throws InterruptedException {
    Conversation.on(
        "4.4.1",
        client -> {
          String findAndModify =
              "{findAndModify: 'c', query: %s, update: %s, upsert: true}".formatted(query, update);
          check(client.run(findAndModify), code, message);
          String statement = "{update: 'c', updates: [{q: %s, u: %s, upsert: true}]}";
          BsonDocument reply = client.ok(statement.formatted(query, update));
          check(reply.getArray("writeErrors").get(0).asDocument(), code, message);
        });
  }

  private static void check(BsonDocument reply, int code, String message) {
    assertThat(Conversation.code(reply)).as(reply.toJson()).isEqualTo(code);
    assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
  }
}
