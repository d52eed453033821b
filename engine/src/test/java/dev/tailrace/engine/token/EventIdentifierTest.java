package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the identifier of an event looks like in each version of tokens. */
class EventIdentifierTest {

  private static final BsonDocument KEY = new BsonDocument("_id", new BsonInt32(1));
  private static final BsonDocument DESCRIPTION = new BsonDocument("to", new BsonString("x"));

  @ParameterizedTest
  @CsvSource({
    "0, insert",
    "1, insert",
    "1, update",
    "1, replace",
    "1, delete",
  })
  void beforeVersion2ItIsTheDocumentKey(int version, String operationType) {
    assertThat(EventIdentifier.of(version, operationType, KEY, null)).isSameAs(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop", "rename", "dropDatabase", "invalidate"})
  void beforeVersion2AClassicEventWithoutKeyHasNone(String operationType) {
    assertThat(EventIdentifier.of(1, operationType, null, null)).isNull();
    assertThat(EventIdentifier.of(1, operationType, null, DESCRIPTION)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1, create", "1, createIndexes", "2, rename", "2, modify"})
  void anEventIsIdentifiedByItsDescription(int version, String operationType) {
    assertThat(EventIdentifier.of(version, operationType, null, DESCRIPTION))
        .hasToString(
            "{\"operationType\": \""
                + operationType
                + "\", "
                + "\"operationDescription\": {\"to\": \"x\"}}");
  }

  @Test
  void inVersion2TheKeyStandsBehindTheType() {
    assertThat(EventIdentifier.of(2, "insert", KEY, null))
        .hasToString("{\"operationType\": \"insert\", \"documentKey\": {\"_id\": 1}}");
  }

  @Test
  void inVersion2TheTypeAloneMayBeEnough() {
    assertThat(EventIdentifier.of(2, "drop", null, null))
        .hasToString("{\"operationType\": \"drop\"}");
  }

  @Test
  void noEventHasBoth() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EventIdentifier.of(1, "insert", KEY, DESCRIPTION))
        .withMessage("insert event with both a documentKey and an operationDescription");
  }
}
