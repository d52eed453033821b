package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arguments of commands on change streams that are of no type the server takes (1.4, 2.7). */
class ArgumentTypesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          8.2 | {aggregate: 'c', pipeline: [{$changeStream: {supportedEvents: [1]}}], cursor: {}} | 14 | BSON field '$changeStream.supportedEvents.0' is the wrong type 'int', expected type 'string'
          8.2 | {aggregate: 'c', pipeline: [{$changeStream: {supportedEvents: ['x']}}], cursor: {}} | 0 |
          4.4 | {aggregate: 'c', pipeline: [], cursor: {}, allowDiskUse: 'x'} | 14 | allowDiskUse must be a boolean, not a string
          8.2 | {aggregate: 'c', pipeline: [], cursor: {}, allowDiskUse: 'x'} | 14 | BSON field 'aggregate.allowDiskUse' is the wrong type 'string', expected type 'bool'
          4.4 | {aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, hint: 5} | 9 | hint must be specified as a string representing an index name, or an object representing an index's key pattern
          8.2 | {aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, hint: 5} | 9 | Hint must be a string or an object
          8.2 | {aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, hint: 'no effect'} | 0 |
          6.0 | {aggregate: 'c', pipeline: [], cursor: {}, $_generateV2ResumeTokens: 5} | 14 | BSON field 'aggregate.$_generateV2ResumeTokens' is the wrong type 'int', expected type 'bool'
          4.4 | {aggregate: 'c', pipeline: [{$changeStream: {}}], explain: 5} | 14 | explain must be a boolean, not a int
          8.2 | {aggregate: 'c', pipeline: [{$changeStream: {}}], explain: 5} | 14 | explain must be a boolean
          8.2 | {getMore: {$numberLong: '5'}, collection: 'c', readConcern: 5} | 14 | readConcern must be an object, not a int
          8.2 | {getMore: {$numberLong: '5'}, collection: 'c', readConcern: {level: 'local'}} | 72 | Command getMore does not support read concern
          8.2 | {getMore: {$numberLong: '5'}, collection: 'c', readConcern: {}} | 43 | cursor id 5 not found
          4.4 | {killCursors: 'c', cursors: [{$numberLong: '5'}], foo: 1} | 0 |
          8.2 | {killCursors: 'c', cursors: [{$numberLong: '5'}], foo: 1} | 40415 | BSON field 'killCursors.foo' is an unknown field.
          4.4 | {aggregate: 'c', cursor: {}} | 14 | 'pipeline' option must be specified as an array
          5.0 | {aggregate: 'c', cursor: {}} | 40414 | BSON field 'aggregate.pipeline' is missing but a required field
          4.4 | {aggregate: 'c', pipeline: {}, cursor: {}} | 14 | 'pipeline' option must be specified as an array
          5.0 | {aggregate: 'c', pipeline: {}, cursor: {}} | 14 | BSON field 'aggregate.pipeline' is the wrong type 'object', expected type 'array'
          """)
  void areRefusedAsByTheRelease(String release, String command, int code, String message)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonDocument reply = client.run(command);
          assertThat(Conversation.code(reply)).as("%s", reply).isEqualTo(code);
          if (code != 0) {
            assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
          }
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          8.2 | {create: 'x', capped: 'x', size: 5}              | 14
          8.2 | {create: 'x', capped: true, size: 'x'}           | 14
          8.2 | {create: 'x', capped: true, size: 5, max: {}}    | 14
          8.2 | {create: 'x', validator: 5}                      | 14
          8.2 | {create: 'x', validationLevel: 5}                | 14
          8.2 | {create: 'x', validationLevel: 'x'}              | 2
          4.4 | {create: 'x', validationLevel: 'x'}              | 2
          8.0 | {create: 'x', validationAction: 'errorAndLog'}   | 2
          8.2 | {create: 'x', validationAction: 'errorAndLog'}   | 0
          8.2 | {create: 'x', viewOn: 5}                         | 14
          8.2 | {create: 'x', viewOn: 'c', pipeline: {}}         | 14
          8.2 | {create: 'x', viewOn: 'c', pipeline: [3]}        | 14
          8.2 | {create: 'x', collation: 'en'}                   | 14
          8.2 | {create: 'x', storageEngine: null}               | 0
          8.2 | {collMod: 'v', viewOn: 'c', pipeline: [3]}       | 14
          8.2 | {collMod: 'v', viewOn: 'c', pipeline: 'x'}       | 14
          8.2 | {collMod: 'c', validator: 'x'}                   | 14
          8.2 | {collMod: 'c', validationLevel: 'x'}             | 2
          8.2 | {collMod: 'c', validationLevel: 'moderate'}      | 0
          """)
  void ofCollectionsAndViewsToo(String release, String command, int code)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          client.ok("{create: 'c'}");
          client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
          BsonDocument reply = client.run(command);
          assertThat(Conversation.code(reply)).as("%s", reply).isEqualTo(code);
        });
  }
}
