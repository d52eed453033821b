package dev.tailrace.conformance.prose;

import static dev.tailrace.conformance.prose.Stage.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import dev.tailrace.conformance.support.EngineTransport;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.fakeserver.ServerVersion;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prose test 19: an event larger than a document may be comes in fragments, where asked for. */
@Timeout(60)
class SplitEventProseTest {

  private static final int TEN_MEBIBYTES = 10 * 1024 * 1024;

  private static final ChangeStreamOptions SPLIT =
      ChangeStreamOptions.builder()
          .pipeline(BsonDocument.parse("{$changeStreamSplitLargeEvent: {}}"))
          .fullDocumentBeforeChange("required")
          .build();

  @ParameterizedTest
  @EnumSource
  void no19ALargeEventComesInTwoFragments(EngineTransport transport) throws InterruptedException {
    try (Stage stage = new Stage(transport, ServerVersion.NEWEST, 1, direct -> direct)) {
      MongoCollection<BsonDocument> collection = stage.recreate(withImages());
      collection.insertOne(large("q"));
      try (var stream = stage.watch(SPLIT)) {
        collection.updateOne(new BsonDocument(), new BsonDocument("$set", large("z")));
        assertThat(event(stream).get("splitEvent")).isEqualTo(fragment(1));
        assertThat(event(stream).get("splitEvent")).isEqualTo(fragment(2));
      }
    }
  }

  private static CreateCollectionOptions withImages() {
    return new CreateCollectionOptions()
        .changeStreamPreAndPostImagesOptions(new ChangeStreamPreAndPostImagesOptions(true));
  }

  private static BsonDocument large(String letter) {
    return new BsonDocument("value", new BsonString(letter.repeat(TEN_MEBIBYTES)));
  }

  private static BsonDocument fragment(int number) {
    return BsonDocument.parse("{fragment: %d, of: 2}".formatted(number));
  }
}
