package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.command.AnswersOf44.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How 4.4 answers to what may not be said of sessions and transactions. */
class SessionAnswersTest {

  /** Sessions. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {ping: 1, lsid: {id: {$binary: {base64: 'AAjMuQOSdjqmjAQbyeAAUw==', subType: '04'}}, foo: 1}} | 40415 | BSON field 'OperationSessionInfo.lsid.foo' is an unknown field.
          {ping: 1, lsid: {id: {$binary: {base64: 'AAjMuQOSdjqmjAQbyeAAUw==', subType: '04'}}, uid: 1}} | 14 | BSON field 'OperationSessionInfo.lsid.uid' is the wrong type 'int', expected type 'binData'
          {ping: 1, lsid: {id: null}} | 40414 | BSON field 'OperationSessionInfo.lsid.id' is missing but a required field
          {ping: 1, lsid: null} | 0 | "ok": 1.0
          {killSessions: [{}]} | 40414 | BSON field 'KillSessionsCmd.killSessions.id' is missing but a required field
          {killSessions: 5} | 14 | BSON field 'KillSessionsCmd.killSessions' is the wrong type 'int', expected type 'array'
          {killAllSessions: [5]} | 14 | BSON field 'KillAllSessionsCmd.killAllSessions.0' is the wrong type 'int', expected type 'object'
          """)
  void sessions(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }

  /** Transactions. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          admin {commitTransaction: 1, lsid: {id: {$binary: {base64: 'AAjMuQOSdjqmjAQbyeAAUw==', subType: '04'}}}, txnNumber: {$numberLong: '1'}, autocommit: false, startTransaction: true} | 263 | Cannot start a transaction with a commit
          admin {abortTransaction: 1, lsid: {id: {$binary: {base64: 'AAjMuQOSdjqmjAQbyeAAUw==', subType: '04'}}}, txnNumber: {$numberLong: '1'}, autocommit: false, startTransaction: true} | 263 | Cannot start a transaction with an abort
          {create: 'x', viewOn: 'c', pipeline: [], lsid: {id: {$binary: {base64: 'AAjMuQOSdjqmjAQbyeAAUw==', subType: '04'}}}, txnNumber: {$numberLong: '1'}, autocommit: false, startTransaction: true} | 263 | Cannot create a view in a multi-document transaction.
          """)
  void transactions(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }

  @Test
  void aCommitWithAnUnknownFieldEndsTheTransaction() throws InterruptedException {
    String transaction =
        "lsid: {id: {$binary: {base64: 'AAjMuQOSdjqmjAQbyeAAUw==', subType: '04'}}}, txnNumber: {$numberLong: '1'}, autocommit: false}";
    Conversation.on(
        "4.4",
        client -> {
          client.ok("{insert: 'c', startTransaction: true, documents: [{_id: 1}], " + transaction);
          BsonDocument refused =
              client.run("admin", "{commitTransaction: 1, foo: 1, " + transaction);
          assertThat(refused.getString("errmsg").getValue())
              .isEqualTo("BSON field 'commitTransaction.foo' is an unknown field.");
          BsonDocument later = client.run("admin", "{commitTransaction: 1, " + transaction);
          assertThat(Conversation.code(later)).isEqualTo(251);
        });
  }

  @Test
  void aNumberIsThatOfARetryableWriteOrOfATransaction() throws InterruptedException {
    Conversation.on(
        "4.4",
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1}], " + numbered(1) + "}");
          String inTransaction = ", autocommit: false}";
          assertThat(message(client, "{find: 'c', " + numbered(1) + inTransaction))
              .isEqualTo(
                  "Given transaction number 1 does not match any in-progress transactions. The"
                      + " active transaction number is 1");
          String starts = ", autocommit: false, startTransaction: true}";
          assertThat(message(client, "{find: 'c', " + numbered(1) + starts))
              .startsWith("Only servers in a sharded cluster can start a new transaction");
          client.ok("{find: 'c', " + numbered(2) + starts);
          assertThat(message(client, "{insert: 'c', documents: [{_id: 2}], " + numbered(2) + "}"))
              .isEqualTo(
                  "Must specify autocommit=false on all operations of a multi-statement"
                      + " transaction.");
        });
  }

  @Test
  void aNewerRetryableWriteAbortsTheTransaction() throws InterruptedException {
    Conversation.on(
        "4.4",
        client -> {
          String starts = ", autocommit: false, startTransaction: true}";
          client.ok("{insert: 'c', documents: [{_id: 1}], " + numbered(1) + starts);
          client.ok("{insert: 'c', documents: [{_id: 1}], " + numbered(2) + "}");
          assertThat(client.ok("{count: 'c'}").getInt32("n").getValue()).isEqualTo(1);
        });
  }

  private static String numbered(int txnNumber) {
    return "lsid: {id: {$binary: {base64: 'AAjMuQOSdjqmjAQbyeAAUw==', subType: '04'}}}, txnNumber: {$numberLong: '"
        + txnNumber
        + "'}";
  }

  private static String message(Conversation client, String command) throws InterruptedException {
    return client.run(command).getString("errmsg").getValue();
  }
}
