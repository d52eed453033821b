package dev.tailrace.fakeserver.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.storage.UpdateDescription;
import java.util.Optional;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/** The worked examples of the server's own tests of updates by pipeline (reference, 4.5). */
class DocumentDiffTest {

  private static final String FILLER = "'" + "*".repeat(200) + "'";

  private static UpdateDescription describe(String before, String after) {
    Optional<Delta> delta =
        DocumentDiff.between(BsonDocument.parse(before), BsonDocument.parse(after));
    return delta.orElseThrow().describe();
  }

  private static BsonDocument json(String text) {
    return BsonDocument.parse(text);
  }

  @Test
  void aSmallDocumentIsReplacedRatherThanUpdated() {
    assertThat(DocumentDiff.between(json("{_id: 1, a: 1}"), json("{_id: 1, a: 2}"))).isEmpty();
  }

  @Test
  void anArrayThatLosesItsEndIsTruncated() {
    UpdateDescription told =
        describe(
            "{_id: 1, a: 1, array: ['foo', {a: 'bar'}, 1, 2, 3]}",
            "{_id: 1, a: 1, array: ['foo', {a: 'bar'}]}");
    assertThat(told.updatedFields()).isEmpty();
    assertThat(told.removedFields()).isEmpty();
    assertThat(json("{t: " + told.truncatedArrays().get(0).asDocument().toJson() + "}"))
        .isEqualTo(json("{t: {field: 'array', newSize: 2}}"));
  }

  @Test
  void replacesWhatIsShorterAsAWhole() {
    UpdateDescription told =
        describe(
            "{_id: 1, arrayForSubdiff: ["
                + FILLER
                + ", {a: 'MyString'}, 1, 2, 3],"
                + " arrayForReplacement: [0, 1, 2, 3], a: 1}",
            "{_id: 1, arrayForSubdiff: ["
                + FILLER
                + ", {a: 'MyString', b: 3}],"
                + " arrayForReplacement: [0], a: 2, c: 3}");
    assertThat(told.updatedFields().toJson())
        .isEqualTo(
            json("{arrayForReplacement: [0], a: 2, c: 3, 'arrayForSubdiff.1.b': 3}").toJson());
    assertThat(told.truncatedArrays().get(0).asDocument())
        .isEqualTo(json("{field: 'arrayForSubdiff', newSize: 2}"));
  }

  @Test
  void fieldsAtTheEndAreDeletedFirstAndThoseSkippedInOrderOfTheirNames() {
    UpdateDescription told =
        describe(
            "{_id: 1, b: 1, arrayForSubdiff: [1], arrayForReplacement: [2], giantStr: "
                + FILLER
                + ", c: 1}",
            "{_id: 1, giantStr: " + FILLER + "}");
    assertThat(told.removedFields().stream().map(v -> v.asString().getValue()))
        .containsExactly("c", "arrayForReplacement", "arrayForSubdiff", "b");
  }

  @Test
  void theOplogFormIsATree() {
    Delta delta =
        DocumentDiff.between(
                json("{_id: 1, pad: " + FILLER + ", b: {c: 1, pad: " + FILLER + "}}"),
                json("{_id: 1, pad: " + FILLER + ", b: {c: 1, pad: " + FILLER + ", d: 2}}"))
            .orElseThrow();
    assertThat(delta.toDocument()).isEqualTo(json("{sb: {i: {d: 2}}}"));
  }

  @Test
  void aPathThatCanBeReadInTwoWaysIsTakenApart() {
    UpdateDescription told =
        describe(
            "{_id: 1, pad: " + FILLER + ", a: [{'1': 1, pad: " + FILLER + "}]}",
            "{_id: 1, pad: " + FILLER + ", a: [{'1': 2, pad: " + FILLER + "}]}");
    assertThat(told.updatedFields()).isEqualTo(json("{'a.0.1': 2}"));
    assertThat(told.disambiguatedPaths()).isEqualTo(json("{'a.0.1': ['a', 0, '1']}"));
  }

  @Test
  void aPathThroughArraysAloneIsNot() {
    UpdateDescription told =
        describe(
            "{_id: 1, pad: " + FILLER + ", a: [1, " + FILLER + "]}",
            "{_id: 1, pad: " + FILLER + ", a: [2, " + FILLER + "]}");
    assertThat(told.updatedFields()).isEqualTo(json("{'a.0': 2}"));
    assertThat(told.disambiguatedPaths()).isEmpty();
  }
}
