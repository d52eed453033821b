package dev.tailrace.fakeserver.query;

import static dev.tailrace.fakeserver.Conversation.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tailrace.fakeserver.Conversation;
import java.time.Duration;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matches in long texts. */
class RegexCostTest {

  private static final Duration ENOUGH = Duration.ofSeconds(30);

  @ParameterizedTest
  @CsvSource({"300000, 300000, 0", "2000000, 0, 51151"})
  void allMatchesTakeTimeByTheTextAndNoMoreThanSoMuchRoom(int length, int matches, int code)
      throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1, t: 'é" + "a".repeat(length) + "'}]}");
          String all = "{$regexFindAll: {input: '$t', regex: 'a'}}";
          BsonDocument reply =
              assertTimeoutPreemptively(
                  ENOUGH,
                  () ->
                      client.run(
                          ("{aggregate: 'c', cursor: {}, pipeline: [{$project: {n: {$size: %s}, last:"
                                  + " {$arrayElemAt: [%s, -1]}}}]}")
                              .formatted(all, all)));
          assertThat(code(reply)).isEqualTo(code);
          if (code == 0) {
            BsonValue found = reply.getDocument("cursor").getArray("firstBatch").get(0);
            assertThat(found.asDocument().getInt32("n").getValue()).isEqualTo(matches);
            assertThat(found.asDocument().getDocument("last"))
                .isEqualTo(BsonDocument.parse("{match: 'a', idx: " + length + ", captures: []}"));
          }
        });
  }
}
