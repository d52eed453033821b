package dev.tailrace.fakeserver.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.update.Update;
import dev.tailrace.fakeserver.storage.UpdateDescription;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How update operators are told, before and from 5.0 on (reference, sections 4.3, 4.4 and 4.6). */
class UpdateDeltasTest {

  private static Update.Applied apply(ServerVersion version, String before, String update) {
    QueryContext context = QueryContext.of(version);
    BsonDocument document = BsonDocument.parse(before);
    Matcher everything = Matcher.parse(new BsonDocument(), context);
    return Update.parse(BsonDocument.parse(update), new BsonArray(), context)
        .apply(document, everything.match(document));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      useHeadersInDisplayName = true,
      textBlock =
          """
          before                 | update                        | updatedFields       | removedFields
          {b: 0, a: 0}           | {$set: {b: 1, a: 2}}          | {a: 2, b: 1}        | []
          {n: 3}                 | {$inc: {n: 2}}                | {n: 5}              | []
          {}                     | {$set: {'x.y': 1}}            | {'x.y': 1}          | []
          {}                     | {$set: {'a.b.c': 1}}          | {'a.b.c': 1}        | []
          {arr: [0, 1]}          | {$set: {'arr.1': 9}}          | {'arr.1': 9}        | []
          {arr: [0, 1]}          | {$push: {arr: 7}}             | {'arr.2': 7}        | []
          {arr: [0]}             | {$push: {arr: {$each: [1, 2]}}} | {'arr.1': 1, 'arr.2': 2} | []
          {}                     | {$push: {arr: 7}}             | {arr: [7]}          | []
          {arr: [0]}             | {$push: {arr: {$each: [1], $position: 0}}} | {arr: [1, 0]} | []
          {arr: [0, 1]}          | {$pull: {arr: 0}}             | {arr: [1]}          | []
          {x: 1}                 | {$unset: {x: 1}}              | {}                  | ['x']
          {arr: [0, 1]}          | {$unset: {'arr.1': 1}}        | {}                  | ['arr.1']
          {a: 5}                 | {$rename: {a: 'b'}}           | {b: 5}              | ['a']
          """)
  void upTo44AsSetAndUnsetOfPaths(String before, String update, String updated, String removed) {
    Update.Applied applied = apply(ServerVersion.V4_4, before, update);
    UpdateDescription told = UpdateDeltas.asSetAndUnset(applied.log());
    assertThat(told.updatedFields().toJson()).isEqualTo(BsonDocument.parse(updated).toJson());
    assertThat(told.removedFields()).isEqualTo(BsonArray.parse(removed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      useHeadersInDisplayName = true,
      textBlock =
          """
          before                 | update                   | updatedFields        | removedFields | disambiguatedPaths
          {}                     | {$set: {'a.b.c': 1}}     | {a: {b: {c: 1}}}     | []            | {}
          {a: {}}                | {$set: {'a.b.c': 1}}     | {'a.b': {c: 1}}      | []            | {}
          {a: {b: {}}}           | {$set: {'a.b.c': 1}}     | {'a.b.c': 1}         | []            | {}
          {arr: [0, 1]}          | {$set: {'arr.1': 9}}     | {'arr.1': 9}         | []            | {}
          {arr: [0, 1]}          | {$push: {arr: 7}}        | {'arr.2': 7}         | []            | {}
          {arr: [0, 1]}          | {$pop: {arr: 1}}         | {arr: [0]}           | []            | {}
          {arr: [0, 1]}          | {$unset: {'arr.1': 1}}   | {'arr.1': null}      | []            | {}
          {arr: [0, 1]}          | {$set: {arr: [0]}}       | {arr: [0]}           | []            | {}
          {x: 1}                 | {$unset: {x: 1}}         | {}                   | ['x']         | {}
          {a: {'1': 1}}          | {$set: {'a.1': 2}}       | {'a.1': 2}           | []            | {'a.1': ['a', '1']}
          {a: [{'1': 1}]}        | {$set: {'a.0.1': 2}}     | {'a.0.1': 2}         | []            | {'a.0.1': ['a', 0, '1']}
          {r: [0, 1], t: [{s: 1}]} | {$set: {a: 2, 't.0.s': 3, r: [0]}} | {r: [0], a: 2, 't.0.s': 3} | [] | {}
          """)
  void from50OnAsATree(String before, String update, String updated, String removed, String paths) {
    Update.Applied applied = apply(ServerVersion.V8_0, before, update);
    UpdateDescription told = UpdateDeltas.asDelta(applied.log(), applied.after()).describe();
    assertThat(told.updatedFields().toJson()).isEqualTo(BsonDocument.parse(updated).toJson());
    assertThat(told.removedFields()).isEqualTo(BsonArray.parse(removed));
    assertThat(told.disambiguatedPaths().toJson()).isEqualTo(BsonDocument.parse(paths).toJson());
    assertThat(told.truncatedArrays()).isEmpty();
  }
}
