package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.command.AnswersOf44.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How 4.4 answers to changes of the catalog with odd arguments. */
class CatalogAnswersTest {

  /** Collections. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {create: 'system.foo'} | 73 | cannot write to 'd.system.foo'
          {create: 'x', capped: true, size: -1} | 2 | size has to be >= 0
          {create: 'x', autoIndexId: true} | 0 | "note": "the autoIndexId option is deprecated and will be removed in a future release"
          {create: 'x', collation: {}} | 2 | 'collation' cannot be an empty document.
          {create: 'x', viewOn: ''} | 2 | 'viewOn' cannot be empty.
          {create: 'x', pipeline: [{$match: {}}]} | 2 | 'pipeline' cannot be specified without 'viewOn'
          {create: 'x', idIndex: {key: {a: 1}, name: 'x'}} | 2 | The field 'key' for an _id index must be {_id: 1}, but got { a: 1 }
          {create: 'x', idIndex: {key: {_id: 1}, name: '_id_'}, autoIndexId: true} | 72 | 'idIndex' is not allowed with 'autoIndexId':
          {collMod: 'c', validator: {$bad: 1}} | 2 | unknown top level operator: $bad
          {collMod: 'c', index: {name: '_id_', hidden: true}} | 2 | can't hide _id index
          {drop: 'system.js'} | 26 | ns not found
          {dropDatabase: 2} | 20 | have to pass 1 as db parameter
          local {dropDatabase: 1} | 20 | Cannot drop 'local' database while replication is active
          {reIndex: 'c'} | 20 | reIndex is only allowed on a standalone mongod instance. Cannot reIndex 'd.c' while replication is active
          """)
  void collections(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }

  /** Indexes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {createIndexes: 'c'} | 9 | The 'indexes' field is a required argument of the createIndexes command
          {createIndexes: 'c', indexes: 5} | 14 | The field 'indexes' must be an array, but got int
          {createIndexes: 'c', indexes: [5]} | 14 | The elements of the 'indexes' array must be objects, but got int
          {createIndexes: 'c', indexes: [{key: {b: 1}, name: 'b'}], foo: 1} | 2 | Invalid field specified for createIndexes command: foo
          {createIndexes: 'c', indexes: [{key: {b: 1}, name: '*'}]} | 2 | The index name '*' is not valid.
          {createIndexes: 'c', indexes: [{key: {b: 1}, name: '_id_'}]} | 2 | is reserved for the _id index, which must have key pattern {_id: 1}, found key: { b: 1 }
          {createIndexes: 'c', indexes: [{key: {_id: 1}, name: '_id_', unique: true}]} | 197 | The field 'unique' is not valid for an _id index specification. Specification: { key: { _id: 1 }, name: "_id_", unique: true, v: 2 }
          {createIndexes: 'c', indexes: [{key: {_id: -1}, name: 'x'}]} | 2 | The field 'key' for an _id index must be {_id: 1}, but got { _id: -1 }
          {createIndexes: 'c', indexes: [{key: {b: 1}, name: 'b', v: 3}]} | 67 | cannot create an index with v=3
          {createIndexes: 'c', indexes: [{key: {'a..b': 1}, name: 'b'}]} | 67 | Index keys cannot contain an empty field.
          {createIndexes: 'c', indexes: [{key: {$b: 1}, name: 'b'}]} | 67 | field name starts with '$'.
          {createIndexes: 'c', indexes: [{key: {b: 1}, name: 'b', partialFilterExpression: 5}]} | 14 | The field 'partialFilterExpression' must be an object, but got int
          {createIndexes: 'c', indexes: [{key: {b: 1}, name: 'b', partialFilterExpression: {a: {$in: [1, 2]}}}]} | 67 | unsupported expression in partial index: a $in [ 1 2 ]
          {createIndexes: 'c', indexes: [{key: {b: 1}, name: 'b', partialFilterExpression: {a: {$ne: 1}}}]} | 67 | unsupported expression in partial index: $not\\n    a $eq 1
          {createIndexes: 'c', indexes: [{key: {b: 1}, name: 'b', partialFilterExpression: {a: 1}, sparse: true}]} | 67 | cannot mix "partialFilterExpression" and "sparse" options
          {createIndexes: 'c', indexes: [{key: {u: 1}, name: 'u', unique: true, sparse: true}, {key: {b: 1}, name: 'b'}]} | 0 | "note": "index already exists", "commitQuorum": "votingMembers"
          {createIndexes: 'c', indexes: [{key: {b: 1}, name: 'b'}], commitQuorum: 1} | 0 | "commitQuorum": 1
          {createIndexes: 'c', indexes: [{key: {k: 1}, name: 'k', unique: true}]} | 11000 | Index build failed:
          {createIndexes: 'v', indexes: [{key: {b: 1}, name: 'b'}]} | 166 | Cannot create indexes on a view
          {dropIndexes: 'v', index: 'u'} | 166 | Cannot drop indexes on view d.v
          {dropIndexes: 'c'} | 0 | {"nIndexesWas": 2,
          {dropIndexes: 'c', index: ['*']} | 0 | "msg": "non-_id indexes dropped for collection"
          {dropIndexes: 'c', index: [5]} | 14 | failed to drop multiple indexes [ 5 ]: index name must be a string
          """)
  void indexes(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }

  @Test
  void twoArraysHaveNoKeys() throws InterruptedException {
    Conversation.on(
        "4.4",
        client -> {
          client.ok("{createIndexes: 'p', indexes: [{key: {a: 1, 'x.b': 1}, name: 'ab'}]}");
          client.ok("{insert: 'p', documents: [{_id: 1, a: [1, 2], x: {b: 1}}]}");
          String both = "{insert: 'p', documents: [{_id: 2, a: [1], x: {b: [1]}}]}";
          BsonDocument error = client.run(both).getArray("writeErrors").get(0).asDocument();
          assertThat(Conversation.code(error)).isEqualTo(171);
          assertThat(error.getString("errmsg").getValue())
              .isEqualTo("cannot index parallel arrays [b] [a]");
        });
  }

  @Test
  void twoArraysWithinOneHaveNoKeys() throws InterruptedException {
    Conversation.on(
        "4.4",
        client -> {
          client.ok("{createIndexes: 'p', indexes: [{key: {'a.x': 1, 'a.y': 1}, name: 'xy'}]}");
          client.ok("{insert: 'p', documents: [{_id: 1, a: [{x: [1], y: 2}, {x: 1, y: [2]}, 3]}]}");
          String both = "{insert: 'p', documents: [{_id: 2, a: [{x: 1}, {x: [1], y: [2]}]}]}";
          BsonDocument error = client.run(both).getArray("writeErrors").get(0).asDocument();
          assertThat(Conversation.code(error)).isEqualTo(171);
          assertThat(error.getString("errmsg").getValue())
              .isEqualTo("cannot index parallel arrays [y] [x]");
        });
  }

  @Test
  void aNumberedBatchIsDoneOnce() throws InterruptedException {
    Conversation.on(
        "4.4",
        client -> {
          String session =
              "lsid: {id: {$binary: {base64: 'AAjMuQOSdjqmjAQbyeAAUw==', subType: '04'}}}";
          String write = ", txnNumber: {$numberLong: '1'}, " + session + "}";
          client.ok("{insert: 'r', documents: [{_id: 1}, {_id: 2}], stmtIds: [7, 3]" + write);
          BsonDocument again =
              client.ok("{insert: 'r', documents: [{_id: 9}, {_id: 2}], stmtIds: [3, 4]" + write);
          assertThat(again.getInt32("n").getValue()).isEqualTo(1);
          assertThat(again.getArray("writeErrors")).hasSize(1);
        });
  }
}
