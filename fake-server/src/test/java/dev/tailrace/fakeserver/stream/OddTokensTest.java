package dev.tailrace.fakeserver.stream;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that can be read and that no server would write (the tokens' reference, section 9). */
class OddTokensTest {

  /** A high-water mark with a place in a transaction, in the version that all releases know. */
  private static final String MARK_IN_TRANSACTION = "826553F100000000012B02292B026E04";

  private static final String UUID = "5A1004" + "AA".repeat(16);

  private static final String WITH_NUMBER_AS_KEY =
      "826553F100000000012B022C0100296E" + UUID + "2904";

  private static String opening(String option, String data, int batchSize) {
    return "{aggregate: 1, pipeline: [{$changeStream: {%s: {_data: '%s'}}}], cursor: {batchSize: %d}}"
        .formatted(option, data, batchSize);
  }

  @ParameterizedTest
  @CsvSource({"4.2, 280", "4.4, 280", "5.0, 280", "6.0, 6189505", "7.0, 6189505", "8.2, 6189505"})
  void aMarkWithAPlaceInATransactionFailsAtTheFirstEvent(String release, int code)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonDocument cursor =
              client.ok(opening("resumeAfter", MARK_IN_TRANSACTION, 0)).getDocument("cursor");
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          assertThat(code(client.getMore(cursor))).isEqualTo(code);
          assertThat(code(client.getMore(cursor))).isEqualTo(43);
          assertThat(code(client.run(opening("resumeAfter", MARK_IN_TRANSACTION, 1))))
              .isEqualTo(code);
        });
  }

  @ParameterizedTest
  @CsvSource({"6.0", "7.0", "8.2"})
  void aMarkIsNotOfACollectionNorOfAnInvalidate(String release) throws InterruptedException {
    for (String data :
        List.of(
            "826553F100000000012B0429296E" + UUID + "04",
            "826553F100000000012B0429296F1404",
            "826553F100000000012B0229296F04")) {
      Conversation.on(
          release,
          client -> {
            client.ok("{insert: 'c', documents: [{_id: 1}]}");
            BsonDocument reply = client.run(opening("startAfter", data, 1));
            assertThat(code(reply)).isEqualTo(6189505);
            assertThat(reply.getString("errmsg").getValue())
                .endsWith("Invalid high water mark token");
          });
    }
  }

  @ParameterizedTest
  @CsvSource({"6.0, 6189503", "7.0, 6189503", "8.2, 6189503"})
  void anIdentifierIsAnObject(String release, int code) throws InterruptedException {
    Conversation.on(
        release,
        client ->
            assertThat(code(client.run(opening("resumeAfter", WITH_NUMBER_AS_KEY, 1))))
                .isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource({"4.2", "4.4", "5.0"})
  void before60AnIdentifierMayBeAnythingAndIsThatOfNoEvent(String release)
      throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          String opening = opening("resumeAfter", WITH_NUMBER_AS_KEY, 1);
          BsonDocument cursor = client.ok(opening).getDocument("cursor");
          client.ok("{insert: 'c', documents: [{_id: 0}]}");
          assertThat(code(client.getMore(cursor))).isEqualTo(280);
        });
  }
}
