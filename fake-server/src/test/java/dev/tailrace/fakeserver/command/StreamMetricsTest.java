package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.junit.jupiter.api.Test;

/** What {@code serverStatus} tells of large events (reference, section 6.2). */
class StreamMetricsTest {

  private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

  private static BsonDocument metrics(Conversation client) throws InterruptedException {
    return client.ok("{serverStatus: 1}").getDocument("metrics");
  }

  @Test
  void countLargeEvents() throws InterruptedException {
    Conversation.on(
        "8.0",
        client -> {
          client.ok("{create: 'c', changeStreamPreAndPostImages: {enabled: true}}");
          client.ok(
              "{insert: 'c', documents: [{_id: 1, v: '%s'}]}".formatted("q".repeat(TEN_MEGABYTES)));
          String images = "{fullDocumentBeforeChange: 'required'}";
          BsonDocument whole = client.watch("c", images);
          BsonDocument parts =
              client
                  .ok(
                      "{aggregate: 'c', cursor: {}, pipeline: [{$changeStream: %s}, {$changeStreamSplitLargeEvent: {}}]}"
                          .formatted(images))
                  .getDocument("cursor");
          client.ok(
              "{update: 'c', updates: [{q: {_id: 1}, u: {v: '%s'}}]}"
                  .formatted("z".repeat(TEN_MEGABYTES)));
          assertThat(Conversation.code(client.getMore(whole))).isEqualTo(10_334);
          assertThat(client.events(parts)).hasSize(1);
          assertThat(client.events(parts)).hasSize(1);
          assertThat(metrics(client).getDocument("changeStreams"))
              .containsEntry("largeEventsFailed", new BsonInt64(1))
              .containsEntry("largeEventSplit", new BsonInt64(1));
        });
  }

  @Test
  void areNotKnownBeforeTheStageIs() throws InterruptedException {
    Conversation.on(
        "5.0", client -> assertThat(metrics(client).containsKey("changeStreams")).isFalse());
  }
}
