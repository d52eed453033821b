package dev.tailrace.conformance.prose;

import static dev.tailrace.conformance.prose.Stage.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.client.model.changestream.SplitEvent;
import dev.tailrace.conformance.support.EngineTransport;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Prose test 19: an event larger than a document may be comes in fragments, where asked for; by the
 * engine and by the official driver.
 */
@Timeout(60)
class SplitEventProseTest {

  private static final int TEN_MEBIBYTES = 10 * 1024 * 1024;

  private static final ChangeStreamOptions SPLIT =
      ChangeStreamOptions.builder()
          .pipeline(BsonDocument.parse("{$changeStreamSplitLargeEvent: {}}"))
          .fullDocumentBeforeChange("required")
          .build();

  /** The first release with the stage, and the lines since. */
  static Stream<ServerVersion> releases() {
    return Stream.of(
        ServerVersion.parse("6.0.9"),
        ServerVersion.V6_0,
        ServerVersion.V7_0,
        ServerVersion.V8_0,
        ServerVersion.NEWEST);
  }

  static Stream<Arguments> transports() {
    return releases()
        .flatMap(
            release ->
                Arrays.stream(EngineTransport.values())
                    .map(transport -> Arguments.of(transport, release)));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void no19ALargeEventComesInTwoFragments(EngineTransport transport, ServerVersion release)
      throws InterruptedException {
    try (Stage stage = new Stage(transport, release, 1, direct -> direct)) {
      MongoCollection<BsonDocument> collection = stage.recreate(withImages());
      collection.insertOne(large("q"));
      try (var stream = stage.watch(SPLIT)) {
        collection.updateOne(new BsonDocument(), new BsonDocument("$set", large("z")));
        assertThat(event(stream).get("splitEvent")).isEqualTo(fragment(1));
        assertThat(event(stream).get("splitEvent")).isEqualTo(fragment(2));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void no19ALargeEventComesToTheDriverInTwoFragments(ServerVersion release) {
    try (Stage stage = new Stage(EngineTransport.LOOPBACK, release, 1, direct -> direct)) {
      MongoCollection<BsonDocument> collection = stage.recreate(withImages());
      collection.insertOne(large("q"));
      try (var stream =
          collection
              .watch(SPLIT.pipeline())
              .fullDocumentBeforeChange(FullDocumentBeforeChange.REQUIRED)
              .cursor()) {
        collection.updateOne(new BsonDocument(), new BsonDocument("$set", large("z")));
        assertThat(stream.next().getSplitEvent()).isEqualTo(new SplitEvent(1, 2));
        assertThat(stream.next().getSplitEvent()).isEqualTo(new SplitEvent(2, 2));
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
