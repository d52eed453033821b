package dev.tailrace.engine.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;
import org.junit.jupiter.api.Test;

/**
 * Every event that a recorded 4.4 server sent. The recording is read from where the property {@code
 * tailrace.golden} points; where it is missing the test is skipped, on CI it fails.
 */
class RecordedEventsTest {

  @Test
  void everyEventIsReadAsThoughItWereDecoded() {
    List<BsonDocument> events = recordedEvents();
    Set<String> types = new TreeSet<>();
    for (BsonDocument event : events) {
      ChangeEvent read = ChangeEvent.of(Bytes.slice(event));

      assertThat(Reading.of(read))
          .as("%s", event)
          .containsExactlyInAnyOrderEntriesOf(Reading.of(event));
      event.forEach((name, value) -> assertThat(read.field(name)).contains(value));
      assertThat(read.document()).isEqualTo(event);
      assertThat(read).hasToString(event.toJson());
      types.add(read.operationType().name());
    }
    assertThat(events).hasSizeGreaterThan(100);
    assertThat(types)
        .containsExactly("delete", "drop", "insert", "invalidate", "rename", "replace", "update");
  }

  @Test
  void everyEventBecomesTheSameDocumentAsInADriver() {
    EventDecoder<Document> decoder = EventDecoder.through(new DocumentCodec());
    for (BsonDocument event : recordedEvents()) {
      Document document = new RawBsonDocument(Bytes.bytes(event)).decode(new DocumentCodec());

      assertThat(decoder.decode(Bytes.slice(event))).isEqualTo(document);
    }
  }

  private static List<BsonDocument> recordedEvents() {
    return Stream.of("conversations.jsonl", "failover.jsonl")
        .flatMap(file -> lines(file).stream())
        .map(BsonDocument::parse)
        .flatMap(RecordedEventsTest::documentsIn)
        .filter(each -> each.isDocument("_id") && each.isString("operationType"))
        .toList();
  }

  private static List<String> lines(String name) {
    Path file = Path.of(System.getProperty("tailrace.golden", "none"), "server-4.4", name);
    boolean isCi = "true".equals(System.getenv("CI"));
    assumeTrue(isCi || Files.exists(file), () -> "there is no " + file);
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<BsonDocument> documentsIn(BsonValue value) {
    if (value.isArray()) {
      return value.asArray().stream().flatMap(RecordedEventsTest::documentsIn);
    }
    if (value.isDocument()) {
      BsonDocument document = value.asDocument();
      return Stream.concat(
          Stream.of(document), document.values().stream().flatMap(RecordedEventsTest::documentsIn));
    }
    return Stream.empty();
  }
}
