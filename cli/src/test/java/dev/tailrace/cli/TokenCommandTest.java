package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tailrace token}: what a token says, and back. */
class TokenCommandTest {

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  static List<Named<BsonDocument>> vectors() {
    return TokenVectors.all().stream()
        .map(vector -> Named.of(vector.getString("name").getValue(), vector))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void printsWhatATokenSays(BsonDocument vector) {
    assertPrints(vector.getDocument("decoded"), "token", asGiven(vector.getDocument("token")));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void makesTheSameTokenAgain(BsonDocument vector) {
    String decoded = vector.getDocument("decoded").toJson(CANONICAL);
    assertPrints(vector.getDocument("token"), "token", "--encode", decoded);
  }

  @Test
  void takesATokenSDocumentAsWellAsItsHexString() {
    BsonDocument vector =
        TokenVectors.all().stream()
            .filter(each -> asGiven(each.getDocument("token")).startsWith("8"))
            .findFirst()
            .orElseThrow();
    BsonDocument token = vector.getDocument("token");
    assertPrints(vector.getDocument("decoded"), "token", token.toJson());
    assertPrints(
        vector.getDocument("decoded"), "token", " " + token.getString("_data").getValue() + "\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zz",
        "8",
        "82",
        "[1]",
        "{",
        "{}",
        "{_data: 1}",
        "{_data: ''}",
        "{_data: {$binary: 1}}",
        "{_data: {$date: 'x'}}",
        "{_data: {$oid: 'x'}}"
      })
  void refusesWhatIsNoToken(String token) {
    assertFails(Run.of("token", token));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "abc", "[1]", "{", "{}", "{format: 'hex'}", "{format: 1}", "{format: 'x'}"})
  void encodesNothingButWhatItPrints(String decoded) {
    assertFails(Run.of("token", "--encode", decoded));
  }

  @ParameterizedTest
  @CsvSource({"[], a value of type array", "' ', nothing", "2, a value of type int32"})
  void saysWhatWasFoundInsteadOfADocument(String json, String found) {
    assertThat(Run.of("token", "--encode", json).err())
        .isEqualToIgnoringNewLines("tailrace: not the JSON of a document: found " + found);
  }

  /** As users have it: the hex string alone where that is all of the token. */
  private static String asGiven(BsonDocument token) {
    return token.size() == 1 && token.isString("_data")
        ? token.getString("_data").getValue()
        : token.toJson(CANONICAL);
  }

  private static void assertPrints(BsonDocument expected, String... arguments) {
    Run run = Run.of(arguments);

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(expected.toJson(CANONICAL) + System.lineSeparator());
    assertThat(run.status()).isZero();
  }

  private static void assertFails(Run run) {
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tailrace: not ").hasLineCount(1);
  }
}
