package dev.tailrace.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.EventIdentifier;
import dev.tailrace.engine.token.ResumeTokenCodec;
import java.util.List;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the comparison forgives, and above all what it does not. */
class ComparisonTest {

  private final Comparison comparison = new Comparison();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {ok: 1, operationTime: {$timestamp: {t: 1, i: 1}}} | {ok: 1, operationTime: {$timestamp: {t: 9, i: 4}}}
          {me: "a:1", hosts: ["a:1"]}                        | {me: "b:2", hosts: ["b:2"]}
          {errmsg: "cursor id 123456789012345678 not found"} | {errmsg: "cursor id 8123456789012345 not found"}
          {errmsg: "at Timestamp(5, 1)"}                     | {errmsg: "at Timestamp(77, 2)"}
          {a: {$oid: "000000000000000000000001"}}            | {a: {$oid: "000000000000000000000002"}}
          """)
  void forgives(String expected, String actual) {
    assertThat(differences(expected, actual)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          another value     | {a: 1}                        | {a: 2}
          another type      | {a: 1}                        | {a: {$numberLong: "1"}}
          another order     | {a: 1, b: 2}                  | {b: 2, a: 1}
          one field more    | {a: 1}                        | {a: 1, b: 2}
          a time's type     | {operationTime: {$timestamp: {t: 1, i: 1}}} | {operationTime: 5}
          a limit           | {errmsg: "at most 2147483648"} | {errmsg: "at most 2147483647"}
          a number in data  | {d: "123456789012345678"}     | {d: "876543210123456789"}
          a user's field    | {d: {me: "a", primary: "b"}}  | {d: {me: "a", primary: "c"}}
          a user's time     | {d: {clusterTime: 5}}         | {d: {clusterTime: 6}}
          a made-up id that changes | {a: {$oid: "000000000000000000000001"}, b: {$oid: "000000000000000000000001"}} | {a: {$oid: "000000000000000000000002"}, b: {$oid: "000000000000000000000003"}}
          two made-up ids that are one | {a: {$oid: "000000000000000000000001"}, b: {$oid: "000000000000000000000002"}} | {a: {$oid: "000000000000000000000003"}, b: {$oid: "000000000000000000000003"}}
          """)
  void doesNotForgive(String what, String expected, String actual) {
    assertThat(differences(expected, actual)).as(what).isNotEmpty();
  }

  @Test
  void anIdThatTheClientSentComesBackAsItWas() {
    comparison.noteSent(BsonDocument.parse("{a: {$oid: '000000000000000000000001'}}"));

    assertThat(
            differences(
                "{a: {$oid: '000000000000000000000001'}}",
                "{a: {$oid: '000000000000000000000002'}}"))
        .isNotEmpty();
  }

  @Test
  void tokensMayDifferInTheirTimeOnly() {
    assertThat(differences(batch(5, 1, 5, 1), batch(9, 1, 9, 1))).isEmpty();
    assertThat(differences(batch(5, 1, 5, 1), batch(9, 2, 9, 2))).as("key").isNotEmpty();
    assertThat(differences(batch(5, new BsonInt32(1)), batch(5, new BsonDouble(1))))
        .as("type bits")
        .isNotEmpty();
  }

  @Test
  void aTokensTimeIsItsEvents() {
    assertThat(differences(batch(5, 1, 5, 1), batch(6, 1, 5, 1))).isNotEmpty();
  }

  @Test
  void afterTheLastEventComesItsTokenOrALaterMark() {
    BsonDocument withMark = cursor(event(5, new BsonInt32(1), 5), highWaterMark(8));
    BsonDocument withMarkNotLater = cursor(event(5, new BsonInt32(1), 5), highWaterMark(5));
    BsonDocument withToken = cursor(event(5, new BsonInt32(1), 5), token(5, new BsonInt32(1)));

    assertThat(differences(withToken, withMark)).isEmpty();
    assertThat(differences(withMark, withToken)).isEmpty();
    assertThat(differences(withToken, withMarkNotLater)).isNotEmpty();
  }

  private List<String> differences(String expected, String actual) {
    return differences(BsonDocument.parse(expected), BsonDocument.parse(actual));
  }

  private List<String> differences(BsonDocument expected, BsonDocument actual) {
    comparison.compareReplies("reply", expected, actual);
    return comparison.takeDifferences();
  }

  /** A reply with one event of that time and key, whose token says that it has those others. */
  private static BsonDocument batch(int seconds, int key, int tokenSeconds, int tokenKey) {
    BsonDocument event = event(seconds, new BsonInt32(key), tokenSeconds);
    event.put("_id", token(tokenSeconds, new BsonInt32(tokenKey)));
    return cursor(event, event.getDocument("_id"));
  }

  private static BsonDocument batch(int seconds, BsonValue key) {
    BsonDocument event = event(seconds, key, seconds);
    event.put("documentKey", new BsonInt32(0)); // So that only the token tells.
    return cursor(event, event.getDocument("_id"));
  }

  private static BsonDocument event(int seconds, BsonValue key, int tokenSeconds) {
    return new BsonDocument("_id", token(tokenSeconds, key))
        .append("clusterTime", new BsonTimestamp(seconds, 1))
        .append("documentKey", new BsonDocument("_id", key));
  }

  private static BsonDocument cursor(BsonDocument event, BsonDocument postBatchResumeToken) {
    BsonDocument cursor =
        new BsonDocument("nextBatch", new BsonArray(List.of(event)))
            .append("postBatchResumeToken", postBatchResumeToken);
    return new BsonDocument("cursor", cursor);
  }

  private static BsonDocument token(int seconds, BsonValue key) {
    return ResumeTokenCodec.encode(
        DecodedToken.event(
            1,
            new BsonTimestamp(seconds, 1),
            0,
            new UUID(1, 2),
            EventIdentifier.of(1, "insert", new BsonDocument("_id", key), null)));
  }

  private static BsonDocument highWaterMark(int seconds) {
    return ResumeTokenCodec.encode(DecodedToken.highWaterMark(1, new BsonTimestamp(seconds, 1)));
  }
}
