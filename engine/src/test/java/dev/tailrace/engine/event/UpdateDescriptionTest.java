package dev.tailrace.engine.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

class UpdateDescriptionTest {

  @Test
  void serversBefore50SayWhatIsSetAndWhatIsGone() {
    UpdateDescription description =
        described("{updatedFields: {'x.y': 1, 'arr.1': [2]}, removedFields: ['a', 'b.c']}");

    assertThat(description.updatedFields())
        .isEqualTo(BsonDocument.parse("{'x.y': 1, 'arr.1': [2]}"));
    assertThat(description.removedFields()).containsExactly("a", "b.c");
    assertThat(description.truncatedArrays()).isEmpty();
    assertThat(description.disambiguatedPaths()).isEmpty();
  }

  @Test
  void serversFrom50OnSayWhichArraysGotShorter() {
    UpdateDescription description =
        described(
            """
            {updatedFields: {}, removedFields: [],
             truncatedArrays: [{field: "arr_c.0", newSize: 1}, {field: "obj.x.c", newSize: 2}]}
            """);

    assertThat(description.updatedFields()).isEqualTo(new BsonDocument());
    assertThat(description.removedFields()).isEmpty();
    assertThat(description.truncatedArrays())
        .containsExactly(new TruncatedArray("arr_c.0", 1), new TruncatedArray("obj.x.c", 2));
  }

  @Test
  void noAmbiguousPathIsNotTheSameAsNothingSaid() {
    String paths = "{'a.0.1': ['a', 0, '1']}";

    assertThat(described("{disambiguatedPaths: " + paths + "}").disambiguatedPaths())
        .contains(RawBsonDocument.parse(paths));
    assertThat(described("{disambiguatedPaths: {}}").disambiguatedPaths())
        .contains(RawBsonDocument.parse("{}"));
    assertThat(described("{updatedFields: {}}").disambiguatedPaths()).isEmpty();
  }

  @Test
  void whatIsAbsentIsEmpty() {
    UpdateDescription description = described("{}");

    assertThat(description.updatedFields()).isEqualTo(new BsonDocument());
    assertThat(description.removedFields()).isEmpty();
    assertThat(description.truncatedArrays()).isEmpty();
    assertThat(description.field("updatedFields")).isEmpty();
  }

  @Test
  void listsCannotBeChanged() {
    List<String> removed = described("{removedFields: ['a']}").removedFields();

    assertThatThrownBy(() -> removed.add("b")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void itIsTheBytesItIsMadeOf() {
    String json = "{updatedFields: {a: 1}, removedFields: [], unknown: 3}";
    UpdateDescription description = described(json);

    assertThat(description.document()).isEqualTo(BsonDocument.parse(json));
    assertThat(description.field("unknown")).contains(BsonDocument.parse("{u: 3}").get("u"));
    assertThat(description).hasToString(BsonDocument.parse(json).toJson());
    assertThat(description)
        .isEqualTo(described(json))
        .hasSameHashCodeAs(described(json))
        .isNotEqualTo(described("{}"));
  }

  private static UpdateDescription described(String json) {
    BsonDocument event = new BsonDocument("updateDescription", BsonDocument.parse(json));
    return ChangeEvent.of(Bytes.slice(event)).updateDescription().orElseThrow();
  }
}
