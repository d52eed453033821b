package dev.tailrace.fakeserver.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code $changeStreamSplitLargeEvent} (reference, section 6; the specification's prose test 19).
 */
class SplitEventsTest {

  private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

  private final FakeReplicaSet set =
      FakeReplicaSet.builder().virtualTime().serverVersion(ServerVersion.V7_0).start();
  private final Conversation client = new Conversation(set, 0, "d");
  private BsonDocument start = new BsonDocument();

  @BeforeEach
  void replaceALargeDocument() throws InterruptedException {
    client.ok("{create: 'c', changeStreamPreAndPostImages: {enabled: true}}");
    client.ok("{insert: 'c', documents: [{_id: 1, v: '" + "q".repeat(TEN_MEGABYTES) + "'}]}");
    start = client.watch("c", "{}").getDocument("postBatchResumeToken");
    client.ok(
        "{update: 'c', updates: [{q: {_id: 1}, u: {v: '" + "z".repeat(TEN_MEGABYTES) + "'}}]}");
  }

  @AfterEach
  void close() {
    client.close();
    set.close();
  }

  private BsonDocument watch(BsonDocument after, String moreStages) throws InterruptedException {
    return client.run(
        "{aggregate: 'c', cursor: {}, pipeline: [{$changeStream:"
            + " {fullDocumentBeforeChange: 'required', resumeAfter: "
            + after.toJson()
            + "}}"
            + moreStages
            + "]}");
  }

  private static List<BsonDocument> firstBatch(BsonDocument reply) {
    return reply.getDocument("cursor").getArray("firstBatch").stream()
        .map(BsonValue::asDocument)
        .toList();
  }

  @Test
  void anEventThatIsTooLargeComesInFragments() throws InterruptedException {
    BsonDocument opened = watch(start, ", {$changeStreamSplitLargeEvent: {}}");
    List<BsonDocument> first = firstBatch(opened);
    List<BsonDocument> second =
        first.size() == 2 ? first : client.events(opened.getDocument("cursor"));
    BsonDocument one = first.get(0);
    BsonDocument two = second.get(second.size() - 1);
    assertThat(one.get("splitEvent")).isEqualTo(BsonDocument.parse("{fragment: 1, of: 2}"));
    assertThat(two.get("splitEvent")).isEqualTo(BsonDocument.parse("{fragment: 2, of: 2}"));
    assertThat(one.containsKey("operationType")).isTrue();
    assertThat(one.containsKey("fullDocument") ^ two.containsKey("fullDocument")).isTrue();
    assertThat(one.containsKey("fullDocumentBeforeChange"))
        .isNotEqualTo(two.containsKey("fullDocumentBeforeChange"));

    BsonDocument resumed = watch(one.getDocument("_id"), ", {$changeStreamSplitLargeEvent: {}}");
    assertThat(firstBatch(resumed)).containsExactly(two);
    assertThat(firstBatch(watch(two.getDocument("_id"), ", {$changeStreamSplitLargeEvent: {}}")))
        .isEmpty();
    assertThat(watch(one.getDocument("_id"), "").getInt32("code").getValue()).isEqualTo(280);
  }

  @Test
  void withoutTheStageItIsRefused() throws InterruptedException {
    BsonDocument reply = watch(start, "");
    assertThat(reply.getInt32("code").getValue()).isEqualTo(10334);
    assertThat(reply.getString("errmsg").getValue())
        .contains("is invalid. Size must be between 0 and 16793600(16MB) First element: _id:");
  }

  @Test
  void theStageHasToBeTheLastAndEmpty() throws InterruptedException {
    assertThat(
            watch(start, ", {$changeStreamSplitLargeEvent: {}}, {$match: {}}")
                .getInt32("code")
                .getValue())
        .isEqualTo(7182802);
    assertThat(watch(start, ", {$changeStreamSplitLargeEvent: {a: 1}}").getInt32("code").getValue())
        .isEqualTo(7182800);
  }
}
