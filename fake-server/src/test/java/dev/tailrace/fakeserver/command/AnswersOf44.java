package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** What a set that plays 4.4 answers to one command, after a few that make something to ask for. */
final class AnswersOf44 {

  private AnswersOf44() {}

  /**
   * Asserts an answer.
   *
   * @param command what is asked, on the database {@code d}, or on another whose name stands before
   * @param code the error's code, or that of the first statement's; 0 for none
   * @param words what the message has in it; of an answer without an error the whole answer
   */
  static void assertAnswer(String command, int code, String words) throws InterruptedException {
    Conversation.on(
        "4.4",
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1, a: 1, l: [1, 2]}, {_id: 2, a: 2}]}");
          client.ok(
              "{createIndexes: 'c', indexes: [{key: {u: 1}, name: 'u', unique: true, sparse: true}]}");
          client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
          int start = command.indexOf('{');
          String db = start == 0 ? "d" : command.substring(0, start).strip();
          BsonDocument reply = client.run(db, command.substring(start));
          BsonDocument failure =
              reply.containsKey("writeErrors")
                  ? reply.getArray("writeErrors").get(0).asDocument()
                  : reply;
          assertThat(Conversation.code(failure)).as(reply.toJson()).isEqualTo(code);
          BsonValue message = failure.get("errmsg");
          assertThat(message == null ? reply.toJson() : message.asString().getValue())
              .contains(words.replace("\\n", "\n"));
        });
  }
}
