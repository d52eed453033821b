package dev.tailrace.fakeserver.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HistoryTest {

  private final FakeReplicaSet set = FakeReplicaSet.builder().virtualTime().start();
  private final Conversation client = new Conversation(set, 0, "d");

  @AfterEach
  void close() {
    client.close();
    set.close();
  }

  private @Nullable BsonDocument lastReply(String command) {
    List<HistoryEvent> replies = set.history().replies(command);
    return replies.get(replies.size() - 1).document();
  }

  private void insert(int id, int length) throws InterruptedException {
    client.ok("{insert: 'c', documents: [{_id: " + id + ", x: '" + "x".repeat(length) + "'}]}");
  }

  @Test
  void smallRepliesAreKeptWhole() throws InterruptedException {
    BsonDocument cursor = client.watch("c", "{}");
    insert(1, 1);
    BsonDocument reply = client.getMore(cursor);

    assertThat(lastReply("getMore")).isEqualTo(reply);
    assertThat(set.history().replies("aggregate").get(0).toString()).contains("firstBatch");
    BsonDocument found =
        client.ok("{findAndModify: 'c', query: {_id: 1}, update: {$set: {x: 'y'}}}");
    assertThat(lastReply("findAndModify")).isEqualTo(found);
  }

  @Test
  void ofALargeReplyWithACursorAllButTheBatchIsKept() throws InterruptedException {
    BsonDocument cursor = client.watch("c", "{}");
    insert(1, 3000);
    insert(2, 3000);
    BsonDocument reply = client.getMore(cursor);
    assertThat(reply.getDocument("cursor").getArray("nextBatch")).hasSize(2);

    BsonDocument expected = ((RawBsonDocument) reply).decode(new BsonDocumentCodec());
    expected.getDocument("cursor").remove("nextBatch");
    expected.getDocument("cursor").append("documents", new BsonInt32(2));
    assertThat(lastReply("getMore")).isEqualTo(expected);
    assertThat(expected.getDocument("cursor"))
        .containsKeys("id", "ns", "postBatchResumeToken", "documents");
  }

  @Test
  void otherLargeRepliesAreNotKept() throws InterruptedException {
    insert(1, 5000);
    client.ok("{findAndModify: 'c', query: {_id: 1}, update: {$set: {x: 'y'}}}");
    assertThat(lastReply("findAndModify")).isNull();
  }
}
