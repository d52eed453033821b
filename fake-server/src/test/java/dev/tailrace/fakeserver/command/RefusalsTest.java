package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not done is refused: with the server's error, or one that says that the fake has not. */
class RefusalsTest {

  private static BsonDocument run(String release, String database, String command)
      throws InterruptedException {
    ServerVersion version = ServerVersion.parse(release);
    try (FakeReplicaSet set =
            FakeReplicaSet.builder().virtualTime().serverVersion(version).start();
        Conversation client = new Conversation(set, 0, "d")) {
      client.ok("{insert: 'c', documents: [{_id: 1, a: 1}]}");
      client.ok("{createIndexes: 'c', indexes: [{key: {a: 1}, name: 'a_1'}]}");
      client.ok("{create: 'v', viewOn: 'c', pipeline: []}");
      return client.run(database, command);
    }
  }

  /** The error of a command, or of its first statement; 0 for none. */
  private static int code(BsonDocument reply) {
    if (reply.containsKey("writeErrors")) {
      return code(reply.getArray("writeErrors").get(0).asDocument());
    }
    return Conversation.code(reply);
  }

  private static void assertCode(String release, String database, String command, int code)
      throws InterruptedException {
    assertThat(code(run(release, database, command))).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          8.0 | {create: 't', timeseries: {timeField: 'at', bucketMaxSpanSeconds: 60, bucketRoundingSeconds: 60}} | 238
          8.0 | {create: 't', timeseries: {}}                                                  | 40414
          8.0 | {create: 't', timeseries: {timeField: 'a.b'}}                                  | 72
          8.0 | {create: 't', timeseries: {timeField: 'a', metaField: '_id'}}                  | 72
          8.0 | {create: 't', timeseries: {timeField: 'a', granularity: 'years'}}              | 2
          8.0 | {create: 't', timeseries: {timeField: 'a'}, capped: true, size: 4096}          | 72
          8.0 | {create: 't', expireAfterSeconds: 5}                                           | 72
          8.0 | {collMod: 'c', expireAfterSeconds: 5}                                          | 72
          8.0 | {collMod: 'c', timeseries: {granularity: 'hours'}}                             | 72
          4.4 | {createIndexes: 'c', indexes: [{key: {b: 'text'}, name: 'b'}]}                 | 238
          8.0 | {createIndexes: 'c', indexes: [{key: {b: '2dsphere'}, name: 'b'}]}             | 238
          8.0 | {createIndexes: 'c', indexes: [{key: {b: '2d'}, name: 'b'}]}                   | 238
          8.0 | {createIndexes: 'c', indexes: [{key: {b: 'nope'}, name: 'b'}]}                 | 67
          8.0 | {createIndexes: 'c', indexes: [{key: {b: 'hashed'}, name: 'b'}]}               | 0
          """)
  void whatTheFakeDoesNotKeep(String release, String command, int code)
      throws InterruptedException {
    assertCode(release, "d", command, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          8.0 | {ping: 1, apiVersion: '1'}                                              | 0
          8.0 | {ping: 1, apiVersion: '1', apiStrict: true, apiDeprecationErrors: true} | 0
          8.0 | {ping: 1, apiVersion: '2'}                                              | 322
          8.0 | {ping: 1, apiVersion: 1}                                                | 14
          8.0 | {ping: 1, apiVersion: '1', apiStrict: 'x'}                              | 14
          8.0 | {ping: 1, apiStrict: true}                                              | 72
          8.0 | {ping: 1, apiDeprecationErrors: false}                                  | 72
          8.0 | {buildInfo: 1, apiVersion: '1'}                                         | 0
          8.0 | {buildInfo: 1, apiVersion: '1', apiStrict: true}                        | 323
          8.0 | {aggregate: 1, pipeline: [{$listLocalSessions: {}}], cursor: {}, apiVersion: '1', apiStrict: true} | 323
          """)
  void versionsOfTheApi(String release, String command, int code) throws InterruptedException {
    assertCode(release, "d", command, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {find: 'c', hint: HINT}
          {find: 'v', hint: HINT}
          {aggregate: 'c', pipeline: [], cursor: {}, hint: HINT}
          {count: 'c', hint: HINT}
          {distinct: 'c', key: 'a', hint: HINT}
          {findAndModify: 'c', remove: true, hint: HINT}
          {update: 'c', updates: [{q: {}, u: {$set: {a: 2}}, hint: HINT}]}
          {delete: 'c', deletes: [{q: {}, limit: 0, hint: HINT}]}
          """)
  void hintsThatNameNoIndex(String command) throws InterruptedException {
    for (String hint : List.of("'nope'", "{b: 1}", "{a: -1}")) {
      BsonDocument refused = run("8.0", "d", command.replace("HINT", hint));
      assertThat(code(refused)).isEqualTo(2);
      assertThat(refused.toJson())
          .contains("planner returned error :: caused by :: hint provided does not correspond to");
    }
    for (String hint : List.of("'a_1'", "{a: 1}", "{a: 1.0}", "'_id_'", "{_id: 1}", "{}")) {
      assertThat(code(run("8.0", "d", command.replace("HINT", hint)))).isZero();
    }
    assertThat(code(run("8.0", "d", command.replace("HINT", "{$natural: 1}")))).isZero();
    String elsewhere = command.replace("'c'", "'nowhere'").replace("'v'", "'nowhere'");
    assertThat(code(run("8.0", "d", elsewhere.replace("HINT", "'nope'")))).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          4.4 | {update: 'c', updates: [{q: {}, u: {a: 1}, foo: 1}]}                  | 40415
          8.0 | {update: 'c', updates: [{q: {}, u: {a: 1}, foo: 1}]}                  | 40415
          7.0 | {update: 'c', updates: [{q: {}, u: {a: 1}, sort: {a: 1}}]}            | 40415
          8.0 | {update: 'c', updates: [{q: {}, u: {a: 1}, sort: {a: 1}}]}            | 0
          8.0 | {update: 'c', updates: [{q: {}, u: {a: 1}, multi: 'x'}]}              | 14
          8.0 | {update: 'c', updates: [{q: {}, u: {a: 1}, upsert: 1}]}               | 14
          8.0 | {delete: 'c', deletes: [{q: {}, limit: 1, foo: 1}]}                   | 40415
          4.2 | {delete: 'c', deletes: [{q: {}, limit: 1, hint: {_id: 1}}]}           | 40415
          4.4 | {delete: 'c', deletes: [{q: {}, limit: 1, hint: {_id: 1}}]}           | 0
          8.0 | {insert: 'c', documents: [{}], ordered: 'x'}                          | 14
          8.0 | {insert: 'c', documents: [{}], ordered: 1}                            | 14
          8.0 | {insert: 'c', documents: [{}], bypassDocumentValidation: 'x'}         | 14
          8.0 | {insert: 'c', documents: [{}], bypassDocumentValidation: 1}           | 0
          8.0 | {update: 'c', updates: [{q: {}, u: {a: 1}}], ordered: 'x'}            | 14
          8.0 | {aggregate: 'c', pipeline: [], cursor: {}, bypassDocumentValidation: 'x'} | 14
          """)
  void fieldsThatAreNoneOrOfAWrongType(String release, String command, int code)
      throws InterruptedException {
    assertCode(release, "d", command, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          8.0 | {bulkWrite: 1, ops: [{insert: 0, document: {}, foo: 1}], nsInfo: [{ns: 'd.c'}]} | 40415
          8.0 | {bulkWrite: 1, ops: [{upset: 0, document: {}}], nsInfo: [{ns: 'd.c'}]}          | 40415
          8.0 | {bulkWrite: 1, ops: [{insert: 0, document: {}}], nsInfo: [{ns: 'd.c'}], ordered: 'x'} | 14
          8.0 | {bulkWrite: 1, ops: [{delete: 0, filter: 'x'}], nsInfo: [{ns: 'd.c'}]}    | 14
          8.0 | {bulkWrite: 1, ops: [{delete: 0}], nsInfo: [{ns: 'd.c'}]}                 | 40414
          8.0 | {bulkWrite: 1, ops: [{insert: 0, document: 7}], nsInfo: [{ns: 'd.c'}]}    | 14
          8.0 | {bulkWrite: 1, ops: [{update: 0, filter: {}, updateMods: {}, multi: 'x'}], nsInfo: [{ns: 'd.c'}]} | 14
          8.0 | {bulkWrite: 1, ops: [{insert: 0, document: {}}, {insert: 0, document: {}}], nsInfo: [{ns: 'd.c'}], stmtIds: [0], lsid: {id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa1'}}, txnNumber: {$numberLong: '1'}} | 16
          8.0 | {bulkWrite: 1, ops: [{insert: 0, document: {}}, {insert: 0, document: {}}], nsInfo: [{ns: 'd.c'}], stmtIds: [0, 'x'], lsid: {id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa1'}}, txnNumber: {$numberLong: '1'}} | 14
          8.0 | {bulkWrite: 1, ops: [{insert: 0, document: {}}, {insert: 0, document: {}}], nsInfo: [{ns: 'd.c'}], stmtIds: 5, lsid: {id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa1'}}, txnNumber: {$numberLong: '1'}} | 14
          8.0 | {bulkWrite: 1, ops: [{insert: 0, document: {}}, {insert: 0, document: {}}], nsInfo: [{ns: 'd.c'}], stmtIds: [0, 1], lsid: {id: {$uuid: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa1'}}, txnNumber: {$numberLong: '1'}} | 0
          8.0 | {setFeatureCompatibilityVersion: '99.9', confirm: true} | 2
          8.0 | {setFeatureCompatibilityVersion: 8, confirm: true}      | 14
          8.0 | {setFeatureCompatibilityVersion: '7.0', confirm: true}  | 238
          8.0 | {setFeatureCompatibilityVersion: '8.0', confirm: true}  | 0
          4.4 | {setFeatureCompatibilityVersion: '4.4'}                 | 0
          """)
  void commandsOfAdmin(String release, String command, int code) throws InterruptedException {
    assertCode(release, "admin", command, code);
  }
}
