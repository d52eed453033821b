package dev.tailrace.fakeserver.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.ResumeTokenCodec;
import dev.tailrace.fakeserver.Conversation;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streams that go on from a token of an older version than the release writes, as after an upgrade
 * (reference, section 8.1, and the tokens' section 5).
 */
class OlderTokensTest {

  private static final List<String> RELEASES = List.of("4.2", "4.4", "5.0", "6.0", "7.0", "8.2");

  static Stream<Arguments> olderTokens() {
    return RELEASES.stream()
        .flatMap(
            release ->
                release.compareTo("7") < 0
                    ? Stream.of(Arguments.of(release, 0))
                    : Stream.of(Arguments.of(release, 0), Arguments.of(release, 1)));
  }

  /** The token of a classic event as a server that writes that version would have made it. */
  private static BsonDocument inVersion(int version, BsonDocument event) {
    DecodedToken token = ResumeTokenCodec.decode(event.getDocument("_id"));
    return ResumeTokenCodec.encode(
        DecodedToken.event(
            version,
            token.clusterTime(),
            token.txnOpIndex(),
            token.uuid(),
            (BsonDocument) event.get("documentKey")));
  }

  private static String after(BsonDocument token) {
    return new BsonDocument("resumeAfter", token).toJson();
  }

  @ParameterizedTest
  @MethodSource("olderTokens")
  void theNextTokenIsNeverBeforeTheEvent(String release, int version) throws InterruptedException {
    Conversation.on(
        release,
        client -> {
          BsonDocument stream = client.watch("c", "{}");
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          BsonDocument old = inVersion(version, client.events(stream).get(0));

          BsonDocument resumed = client.watch("c", after(old));
          assertThat(resumed.getArray("firstBatch")).isEmpty();
          assertThat(resumed.getDocument("postBatchResumeToken")).isEqualTo(old);
          BsonDocument idle = client.getMore(resumed).getDocument("cursor");
          assertThat(idle.getDocument("postBatchResumeToken")).isEqualTo(old);

          client.ok("{insert: 'other', documents: [{_id: 1}]}");
          BsonDocument mark =
              client.getMore(resumed).getDocument("cursor").getDocument("postBatchResumeToken");
          assertThat(ResumeTokenCodec.decode(mark).isHighWaterMark()).isTrue();
          assertThat(client.watch("c", after(mark)).getArray("firstBatch")).isEmpty();
        });
  }

  @ParameterizedTest
  @MethodSource("olderTokens")
  void theInvalidateComesAfterTheEventThatCausedIt(String release, int version)
      throws InterruptedException {
    for (String end : List.of("{drop: 'c'}", "{renameCollection: 'd.c', to: 'd.e'}")) {
      Conversation.on(
          release,
          client -> {
            client.ok("{insert: 'c', documents: [{_id: 1}]}");
            BsonDocument stream = client.watch("c", "{}");
            client.run(end.contains("rename") ? "admin" : "d", end);
            BsonDocument cause = client.events(stream).get(0);
            assertEndsWithInvalidate(
                release, version, client.watch("c", after(inVersion(version, cause))));
          });
    }
    Conversation.on(
        release,
        client -> {
          client.ok("{insert: 'c', documents: [{_id: 1}]}");
          BsonDocument stream = client.watch("", "{}");
          client.ok("{dropDatabase: 1}");
          BsonDocument cause = client.events(stream).get(1);
          assertThat(cause.getString("operationType").getValue()).isEqualTo("dropDatabase");
          assertEndsWithInvalidate(
              release, version, client.watch("", after(inVersion(version, cause))));
        });
  }

  /** From 6.0 on events that are not past the given token have tokens of its version. */
  private static void assertEndsWithInvalidate(String release, int version, BsonDocument cursor) {
    BsonArray batch = cursor.getArray("firstBatch");
    assertThat(batch)
        .extracting(event -> event.asDocument().getString("operationType").getValue())
        .containsExactly("invalidate");
    assertThat(cursor.getInt64("id").getValue()).isZero();
    BsonDocument token = batch.get(0).asDocument().getDocument("_id");
    assertThat(cursor.get("postBatchResumeToken")).isEqualTo(token);
    assertThat(ResumeTokenCodec.decode(token).version())
        .isEqualTo(release.compareTo("6") < 0 ? 1 : version);
  }
}
