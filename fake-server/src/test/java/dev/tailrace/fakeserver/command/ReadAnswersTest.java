package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.command.AnswersOf44.assertAnswer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How 4.4 answers to reads with odd arguments. */
class ReadAnswersTest {

  /** Arguments of find, count and distinct. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {find: 'a$b'} | 73 | Invalid collection name specified 'd.a$b'
          {find: 'c', let: {a: 1}} | 9 | Unrecognized field 'let'.
          {find: 'c', min: {a: 1}} | 51173 | When using min()/max() a hint of which index to use must be provided
          {find: 'c', min: {u: 1}, hint: '_id_'} | 51174 | error processing query: ns=d.cTree: $and\\nSort: {}\\nProj: {}\\n planner returned error :: caused by :: The index chosen is not compatible with min/max
          {find: 'c', min: {_id: 2}, max: {_id: 2}, hint: {_id: 1}} | 51175 | The value provided for min() does not come before the value provided for max() in the hinted index
          {find: 'c', min: {_id: 2}, hint: {_id: 1}} | 0 | "firstBatch": [{"_id": 2, "a": 2}]
          {find: 'c', max: {_id: 2}, hint: '_id_', projection: {_id: 1}} | 0 | "firstBatch": [{"_id": 1}]
          {find: 'c', min: {_id: 0}, max: {_id: 9}, hint: '_id_', projection: {_id: 1}, sort: {a: -1}} | 0 | "firstBatch": [{"_id": 2}, {"_id": 1}]
          {find: 'v', min: {_id: 2}, hint: '_id_'} | 168 | Option min not supported in aggregation.
          {find: 'c', tailable: true, max: {_id: 1}, hint: '_id_'} | 238 | the fake server does not support 'max' of a tailable find
          {find: 'c', returnKey: true} | 238 | the fake server does not support 'returnKey' of find
          {find: 'c', showRecordId: false} | 0 | {"_id": 1, "a": 1
          {find: 'c', filter: {a: 1}, projection: {'l.$': 1}} | 31277 | Positional projection 'l.$' does not match the query document.
          {find: 'c', filter: {$and: [{l: 2}]}, projection: {'l.$': 1}} | 0 | {"_id": 1, "l": [2]}
          {find: 'c', apiVersion: '1'} | 9 | Unrecognized field 'apiVersion'.
          {find: 'c', returnKey: 'x'} | 9 | 'returnKey' field must be of BSON type bool.
          {find: 'c', filter: {a: {$gt: 1}, b: 2}, sort: {a: 1}, limit: 3, hint: 'nope'} | 2 | ns=d.c limit=3Tree: $and\\n    b $eq 2\\n    a $gt 1\\nSort: { a: 1 }\\nProj: {}\\n planner returned error
          {find: 'c', tailable: true} | 2 | ns=d.cTree: $and\\nSort: {}\\nProj: {}\\n tailable cursor requested on non capped collection
          {count: 'c', query: 5} | 14 | BSON field 'count.query' is the wrong type 'int', expected type 'object'
          {count: 'c', limit: 'x'} | 2 | limit value is not a valid number
          {count: 'c', skip: -1} | 9 | Expected a positive number in: skip: -1
          {count: 'c', hint: 5} | 9 | Hint must be a string or an object
          {distinct: 'c', key: 'a', query: 5} | 14 | BSON field 'distinct.query' is the wrong type 'int', expected type 'object'
          {aggregate: 'c', pipeline: [], cursor: {}, collation: 5} | 14 | collation must be an object, not a int
          {listCollections: 1, filter: 5} | 2 | "filter" must be an object
          {listCollections: 1, cursor: 5} | 14 | cursor field must be missing or an object
          {listIndexes: 'c', cursor: {batchSize: -1}} | 2 | cursor.batchSize must not be negative
          """)
  void arguments(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }

  /** Stages that write under a read concern, or on fields that are not unique. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {aggregate: 'c', pipeline: [{$out: 'o'}], cursor: {}, readConcern: {level: 'linearizable'}} | 72 | $out cannot be used with a 'linearizable' read concern level
          {aggregate: 'c', pipeline: [{$merge: {into: 'm', on: 'a'}}], cursor: {}} | 51183 | Cannot find index to verify that join fields will be unique
          {aggregate: 'c', pipeline: [{$merge: {into: 'c', whenMatched: 'fail'}}], cursor: {}} | 11000 | $merge failed due to a DuplicateKey error :: caused by :: E11000 duplicate key error collection: d.c index: _id_ dup key: { _id: 1 }
          """)
  void writingStages(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }

  /** Times of read concerns. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {find: 'c', readConcern: {afterClusterTime: {$timestamp: {t: 0, i: 0}}}} | 72 | afterClusterTime cannot be a null timestamp
          {find: 'c', readConcern: {level: 'snapshot', atClusterTime: {$timestamp: {t: 1, i: 1}}, afterClusterTime: {$timestamp: {t: 1, i: 1}}}} | 72 | Specifying a timestamp for readConcern snapshot in a causally consistent session is not allowed.
          """)
  void times(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }
}
