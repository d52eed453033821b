package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What 4.4 says to arguments that it reads by hand, where later releases have a parser for all. */
class OldArgumentsTest {

  private static final String STREAM = "{aggregate: 'c', pipeline: [{$changeStream: {}}], ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cursor: {}, collation: 1         | 14 | collation must be an object, not a int
          cursor: {}, collation: null      | 14 | collation must be an object, not a null
          cursor: {}, fromMongos: 1        | 14 | fromMongos must be a boolean, not a int
          cursor: {}, needsMerge: 'x'      | 14 | needsMerge must be a boolean, not a string
          cursor: {}, needsMerge: true     | 9  | Cannot specify 'needsMerge' without 'fromMongos'
          cursor: {}, writeConcern: 1      | 14 | "writeConcern" had the wrong type. Expected object, found int
          explain: true, writeConcern: {}  | 9  | Aggregation explain does not support the'writeConcern' option
          cursor: {}, bypassDocumentValidation: 'x' | 0 |
          explain: false                   | 0  |
          cursor: {}, readConcern: {level: 5} | 14 | "level" had the wrong type. Expected string, found int
          cursor: {}, readConcern: {level: 'majority', afterClusterTime: 5} | 14 | "afterClusterTime" had the wrong type. Expected timestamp, found int
          cursor: {}, readConcern: {level: 'majority', afterClusterTime: {$timestamp: {t: 0, i: 0}}} | 72 | afterClusterTime cannot be a null timestamp
          cursor: {}, readConcern: {level: 'majority', afterOpTime: {ts: {$timestamp: {t: 1, i: 1}}, t: 1}} | 0 |
          cursor: {}, readConcern: {level: 'snapshot', atClusterTime: {$timestamp: {t: 1, i: 1}}} | 72 | Command aggregate does not support { readConcern: { level: "snapshot", atClusterTime: Timestamp(1, 1), provenance: "clientSupplied" } } :: caused by :: Aggregation stage $changeStream cannot run with a readConcern other than 'majority'. Current readConcern: snapshot
          """)
  void ofAnAggregate(String arguments, int code, String message) throws InterruptedException {
    refuses(STREAM + arguments + "}", code, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {explain: {aggregate: 'c', pipeline: []}} | 9 | The 'cursor' option is required, except for aggregate with the explain argument
          {aggregate: '$cmd.aggregate', pipeline: [{$changeStream: {}}], cursor: {}} | 73 | Invalid namespace specified 'd.$cmd.aggregate'
          {aggregate: 'v', pipeline: [{$match: {}}, {$changeStream: {}}], cursor: {}} | 166 | Namespace d.v is a view, not a collection
          {aggregate: 'c', pipeline: [{$match: {}}, {$changeStream: {}}], cursor: {}} | 40602 | $changeStream is only valid as the first stage in a pipeline.
          {killCursors: '', cursors: []} | 73 | Invalid collection name: d.
          """)
  void ofNamesAndPlaces(String command, int code, String message) throws InterruptedException {
    refuses(command, code, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {$currentOp: {}}         | 73    | $currentOp must be run against the 'admin' database with {aggregate: 1}
          {$currentOp: 5}          | 14    | $currentOp options must be specified in an object, but found: int
          {$listLocalSessions: {}} | 73    | $listLocalSessions must be run against the database with {aggregate: 1}
          {$listSessions: {}}      | 73    | $listSessions may only be run against config.system.sessions
          {$collStats: 5}          | 40166 | $collStats must take a nested object but found: $collStats: 5
          {$collStats: {a: 1}}     | 40168 | unrecognized option to $collStats: a
          {$collStats: {count: {}}} | 20   | $collStats is not permitted in a $changeStream pipeline
          {$indexStats: {a: 1}}    | 28803 | The $indexStats stage specification must be an empty object
          {$indexStats: {}}        | 20    | $indexStats is not permitted in a $changeStream pipeline
          """)
  void ofStagesThatTellOfTheServer(String stage, int code, String message)
      throws InterruptedException {
    refuses(
        "{aggregate: 'c', pipeline: [{$changeStream: {}}, " + stage + "], cursor: {}}",
        code,
        message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          batchSize: null | 14 | Field 'batchSize' must be a number in: { getMore: 7, collection: "c", batchSize: null, $db: "d" }
          term: 1         | 14 | Field 'term' must be of type NumberLong in: { getMore: 7, collection: "c", term: 1, $db: "d" }
          lastKnownCommittedOpTime: 1  | 14 | "lastKnownCommittedOpTime" had the wrong type. Expected object, found int
          lastKnownCommittedOpTime: {} | 4  | Missing expected field "ts"
          lastKnownCommittedOpTime: {ts: 5, t: 1} | 14 | "ts" had the wrong type. Expected timestamp, found int
          readConcern: {level: 'local'}    | 43 | cursor id 7 not found
          readConcern: {level: 'majority'} | 72 | Command getMore does not support { readConcern: { level: "majority", provenance: "clientSupplied" } } :: caused by :: read concern not supported
          readConcern: 5                   | 9  | readConcern field should be an object
          """)
  void ofAGetMore(String argument, int code, String message) throws InterruptedException {
    refuses("{getMore: {$numberLong: '7'}, collection: 'c', " + argument + "}", code, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5                                     | 14  | $readPreference has incorrect type: expected object but got int
          {}                                    | 4   | Missing expected field "mode"
          {mode: 5}                             | 14  | "mode" had the wrong type. Expected string, found int
          {mode: 'near'}                        | 2   | Could not parse $readPreference mode 'near'. Only the modes 'primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', and 'nearest' are supported. :: caused by :: Enumeration value 'near' for field 'mode' is not a valid value.
          {mode: 'primary', tags: [{a: 'b'}]}   | 2   | Only empty tags are allowed with primary read preference
          {mode: 'primary', tags: [{}]}         | 0   |
          {mode: 'nearest', tags: 5}            | 14  | "tags" had the wrong type. Expected array, found int
          {mode: 'nearest', maxStalenessSeconds: 9}   | 160 | maxStalenessSeconds value can not be less than 90
          {mode: 'primary', maxStalenessSeconds: 120} | 2   | maxStalenessSeconds can not be set for the primary mode
          """)
  void ofAReadPreference(String preference, int code, String message) throws InterruptedException {
    refuses(STREAM + "cursor: {}, $readPreference: " + preference + "}", code, message);
  }

  private static void refuses(String command, int code, String message)
      throws InterruptedException {
    Conversation.on(
        "4.4.1",
        client -> {
          client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
          check(client.run(command), code, message);
        });
  }

  private static void check(BsonDocument reply, int code, String message) {
    assertThat(Conversation.code(reply)).as(reply.toJson()).isEqualTo(code);
    if (code != 0) {
      assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
    }
  }
}
