package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What releases say differently of changes of the catalog. */
class ReleasesOfCatalogsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          4.4 | {create: 'system.foo'}                     | 73 | cannot write to 'd.system.foo'
          5.0 | {create: 'system.foo'}                     | 73 | Invalid system namespace: d.system.foo
          8.0 | {insert: 'system.foo', documents: [{}]}    | 73 | Invalid system namespace: d.system.foo
          4.4 | {insert: 'system.views', documents: [{}]}  | 73 | cannot write to 'd.system.views'
          8.0 | {insert: 'system.views', documents: [{}]}  | 73 | cannot write to d.system.views
          8.0 | {create: 'x', capped: true, size: {$numberLong: '9223372036854775807'}} | 2 | size cannot exceed 1 PB
          4.4 | {create: 'x', capped: true, size: {$numberLong: '1125899906842625'}}    | 2 | size cannot exceed 1 PB
          """)
  void refusals(String release, String command, int code, String message)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonDocument reply = client.run(command);
          assertThat(Conversation.code(reply)).as(reply.toJson()).isEqualTo(code);
          assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          6.0 | capped: true, size: 5000 | {"capped": true, "size": 5120}
          7.0 | capped: true, size: 5000 | {"capped": true, "size": 5000}
          7.0 | capped: 1, size: 5000    | {"capped": true, "size": 5000}
          7.0 | capped: 0                | {}
          7.0 | capped: true, size: {$numberLong: '1125899906842624'} | {"capped": true, "size": 1125899906842624}
          """)
  void sizesOfCappedCollections(String release, String options, String kept)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok("{create: 'x', " + options + "}");
          BsonDocument entry =
              client
                  .ok("{listCollections: 1, filter: {name: 'x'}}")
                  .getDocument("cursor")
                  .getArray("firstBatch")
                  .get(0)
                  .asDocument();
          assertThat(entry.getDocument("options").toJson()).isEqualTo(kept);
        });
  }
}
