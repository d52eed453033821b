package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.command.AnswersOf44.assertAnswer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How 4.4 answers to writes with odd arguments. */
class WriteAnswersTest {

  /** Write concerns that cannot be met, or not be read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {insert: 'w', documents: [{}], writeConcern: {w: 5}} | 0 | "errInfo": {"writeConcern": {"w": 5, "wtimeout": 0, "provenance": "clientSupplied"}}
          {insert: 'w', documents: [{}], writeConcern: {w: 'x', j: true, wtimeout: 9}} | 0 | "errInfo": {"writeConcern": {"w": "x", "j": true, "wtimeout": 9, "provenance": "clientSupplied"}}
          {aggregate: 'c', pipeline: [{$out: 'o'}], cursor: {}, writeConcern: {w: 5}} | 0 | "code": 100
          {aggregate: 'c', pipeline: [], cursor: {}, writeConcern: {w: true}} | 9 | w has to be a number or a string
          {insert: 'w', documents: [{}], writeConcern: {w: {}}} | 9 | w has to be a number or a string
          {insert: 'w', documents: [{}], writeConcern: {fsync: true, j: true}} | 9 | fsync and j options cannot be used together
          {insert: 'w', documents: [{}], writeConcern: null} | 14 | "writeConcern" had the wrong type. Expected object, found null
          {insert: 'w', documents: [{}], writeConcern: {w: 0}} | 0 | {"ok": 1.0
          {insert: 'w', documents: [{}], writeConcern: {w: 0, j: true}} | 0 | "n": 1
          {insert: 'w', documents: [{}], writeConcern: {w: null}} | 0 | "n": 1
          """)
  void writeConcerns(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }

  /** Arguments of the three write commands. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {insert: 5, documents: [{}]} | 2 | collection name has invalid type int
          {insert: 'c', documents: [{}], ordered: null} | 0 | "n": 1
          {insert: 'c', documents: [{}], stmtId: 'x'} | 14 | BSON field 'insert.stmtId' is the wrong type 'string', expected type 'int'
          {insert: 'c', documents: [{}], stmtIds: [1, 2]} | 16 | Number of statement ids must match the number of batch entries
          {insert: 'c', documents: [{}], stmtIds: ['x']} | 14 | BSON field 'insert.stmtIds.0' is the wrong type 'string', expected type 'int'
          {insert: 'c', documents: [{}], stmtIds: [1], stmtId: 1} | 72 | May not specify both stmtId and stmtIds in write command
          {update: 'c', updates: [{q: {}, u: 5}]} | 9 | Update argument must be either an object or an array
          {update: 'c', updates: [{q: {}, u: {}, hint: 5}]} | 9 | Hint must be a string or an object
          {update: 'c', updates: [{q: {}, u: {}, collation: 5}]} | 14 | BSON field 'update.updates.collation' is the wrong type 'int', expected type 'object'
          {update: 'c', updates: [{q: {}, u: {}, arrayFilters: 5}]} | 14 | BSON field 'update.updates.arrayFilters' is the wrong type 'int', expected type 'array'
          {update: 'c', updates: [{q: {}, u: {x: 1}, arrayFilters: [{i: 1}]}]} | 9 | arrayFilters may not be specified for replacement-style updates
          {update: 'c', updates: [{q: {}, u: {$set: {x: 1}}, c: {y: 1}}]} | 51198 | Constant values may only be specified for pipeline updates
          {update: 'c', updates: [{q: {}, u: [{$set: {x: '$$y'}}], c: {y: 1}}]} | 0 | "nModified": 1
          {update: 'c', updates: [{q: {}, u: {}}], let: {}} | 40415 | BSON field 'update.let' is an unknown field.
          {delete: 'c', deletes: [{q: {}, limit: 0.5}]} | 9 | The limit field in delete objects must be 0 or 1. Got 0.5
          {delete: 'c', deletes: [{q: {a: 1}, limit: 1, hint: 'nope'}]} | 2 | error processing query: ns=d.cTree: a $eq 1\\nSort: {}\\nProj: {}\\n planner returned error :: caused by :: hint provided
          """)
  void arguments(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }

  /** findAndModify, whose parser took much for nothing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {findAndModify: 'c', query: 5, remove: true} | 0 | "_id": 1
          {findAndModify: 'c', query: {_id: 1}, update: {$set: {a: 5}}, new: 'x'} | 0 | "a": 5
          {findAndModify: 'c', remove: true, foo: 1} | 51177 | BSON field 'foo' is an unknown field.
          {findAndModify: 'c', remove: true, arrayFilters: [{x: 1}]} | 9 | Cannot specify arrayFilters and remove=true
          {findAndModify: 'c', update: [], arrayFilters: [{x: 1}]} | 9 | Cannot specify arrayFilters and a pipeline update
          {findAndModify: 'c', update: {}, arrayFilters: 5} | 14 | "arrayFilters" had the wrong type. Expected array, found int
          {findAndModify: 'c', update: {}, hint: 5} | 9 | Hint must be a string or an object
          """)
  void findAndModify(String command, int code, String message) throws InterruptedException {
    assertAnswer(command, code, message);
  }
}
