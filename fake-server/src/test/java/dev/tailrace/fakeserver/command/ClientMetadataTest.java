package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a hello has to say, and is told otherwise. */
class ClientMetadataTest {

  private static final String WHERE = " in the client metadata document";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5                                             | 14  | The client metadata document must be a document
          {}                                            | 183 | Missing required sub-document 'driver'
          {driver: {name: 'd', version: '1'}}           | 183 | Missing required sub-document 'os'
          {driver: {name: 'd'}, os: {type: 'Linux'}}    | 183 | Missing required field 'driver.version'
          {driver: {version: '1'}}                      | 183 | Missing required field 'driver.name'
          {driver: {name: 5}}                           | 14  | The 'driver.name' field must be a string
          {driver: 5}                                   | 14  | The 'driver' field is required to be a BSON document
          {os: {}}                                      | 183 | Missing required field 'os.type'
          {os: {type: 5}}                               | 14  | The 'os.type' field must be a string
          {application: 5}                              | 14  | The 'application' field is required to be a BSON document
          {application: {name: 5}}                      | 14  | The 'application.name' field must be a string
          {driver: {name: 'd', version: '1'}, os: {type: 'Linux'}, platform: 5} | 0 |
          """)
  void aClientSaysWhoItIs(String client, int code, String message) throws InterruptedException {
    Conversation.on(
        "4.4.1",
        connection -> {
          BsonDocument reply = connection.run("{isMaster: 1, client: " + client + "}");
          assertThat(Conversation.code(reply)).as(reply.toJson()).isEqualTo(code);
          if (code != 0) {
            assertThat(reply.getString("errmsg").getValue())
                .isEqualTo(message + (client.equals("5") ? "" : WHERE));
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "application: {name: '%s'}, 129, 184",
    "application: {name: '%s'}, 128, 0",
    "platform: '%s', 1100, 185"
  })
  void notAtAnyLength(String field, int length, int code) throws InterruptedException {
    Conversation.on(
        "4.4.1",
        connection ->
            assertThat(
                    Conversation.code(
                        connection.run(
                            "{isMaster: 1, client: {driver: {name: 'd', version: '1'}, os: {type:"
                                + " 'Linux'}, "
                                + field.formatted("x".repeat(length))
                                + "}}")))
                .isEqualTo(code));
  }

  @Test
  void inItsFirstHelloOnly() throws InterruptedException {
    Conversation.on(
        "4.4.1",
        connection -> {
          connection.ok("{isMaster: 1}");
          assertThat(
                  Conversation.code(
                      connection.run(
                          "{isMaster: 1, client: {driver: {name: 'd', version: '1'}, os: {type:"
                              + " 'Linux'}}}")))
              .isEqualTo(186);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {counter: {$numberLong: '0'}}                                            | 5   | 40414 | BSON field 'TopologyVersion.processId' is missing but a required field
          {processId: null, counter: {$numberLong: '0'}}                           | 5   | 40414 | BSON field 'TopologyVersion.processId' is missing but a required field
          {processId: {$oid: '000000000000000000000000'}}                          | 5   | 40414 | BSON field 'TopologyVersion.counter' is missing but a required field
          {processId: {$oid: '000000000000000000000000'}, counter: 0}              | 5   | 14    | BSON field 'TopologyVersion.counter' is the wrong type 'int', expected type 'long'
          {processId: 5}                                                           | 5   | 14    | BSON field 'TopologyVersion.processId' is the wrong type 'int', expected type 'objectId'
          {nope: 5}                                                                | 5   | 40415 | BSON field 'TopologyVersion.nope' is an unknown field.
          {processId: {$oid: '000000000000000000000000'}, counter: {$numberLong: '0'}} | true | 14 | Expected field "maxAwaitTimeMS" to have numeric type, but found bool
          """)
  void whichTopologyItKnows(String known, String await, int code, String message)
      throws InterruptedException {
    Conversation.on(
        "4.4.1",
        connection -> {
          BsonDocument reply =
              connection.run(
                  "{isMaster: 1, topologyVersion: %s, maxAwaitTimeMS: %s}".formatted(known, await));
          assertThat(Conversation.code(reply)).isEqualTo(code);
          assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
        });
  }
}
