package dev.tailrace.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.bytes.BsonStructure;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bson.BSONException;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Assertions;

/** Whatever the bytes of an event are, what comes out is an answer or the one exception. */
class MalformedEventsTest {

  private static final byte[] EVENT =
      Bytes.bytes(
          BsonDocument.parse(
              """
              {to: {db: "d", coll: "e"}, txnNumber: {$numberLong: "3"}, lsid: {id: {$uuid:
               "00112233-4455-6677-8899-aabbccddeeff"}}, _id: {_data: "8265"}, splitEvent: {fragment:
               1, of: 2}, operationType: "update", clusterTime: {$timestamp: {t: 5, i: 6}},
               collectionUUID: {$uuid: "00112233-4455-6677-8899-aabbccddeeff"}, wallTime: {$date:
               "2024-01-02T03:04:05Z"}, fullDocument: {_id: 1, a: [1, {b: "x"}], r:
               {$regularExpression: {pattern: "p", options: "i"}}, d: {$numberDecimal: "1.5"}}, ns:
               {db: "d", coll: "c"}, documentKey: {_id: 1}, updateDescription: {updatedFields: {a:
               1}, removedFields: ["b"], truncatedArrays: [{field: "c", newSize: 1}],
               disambiguatedPaths: {"a.1": ["a", "1"]}}, code: {$code: "f", $scope: {x: 1}},
               operationDescription: {k: null}, nsType: "view", fullDocumentBeforeChange: null}
              """));

  private static final List<Function<ChangeEvent, ?>> ACCESSORS =
      List.of(
          ChangeEvent::resumeToken,
          ChangeEvent::operationType,
          ChangeEvent::namespace,
          ChangeEvent::to,
          ChangeEvent::documentKey,
          ChangeEvent::fullDocument,
          ChangeEvent::fullDocumentBeforeChange,
          event -> event.updateDescription().map(UpdateDescription::updatedFields),
          event -> event.updateDescription().map(UpdateDescription::removedFields),
          event -> event.updateDescription().map(UpdateDescription::truncatedArrays),
          event -> event.updateDescription().flatMap(UpdateDescription::disambiguatedPaths),
          ChangeEvent::clusterTime,
          ChangeEvent::wallTime,
          ChangeEvent::txnNumber,
          ChangeEvent::lsid,
          ChangeEvent::splitEvent,
          ChangeEvent::nsType,
          ChangeEvent::collectionUUID,
          ChangeEvent::operationDescription,
          ChangeEvent::document);

  private static final List<String> NAMES = List.copyOf(new RawBsonDocument(EVENT).keySet());

  @Property
  void mutatedBytes(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 2000) Integer> positions,
      @ForAll byte value) {
    byte[] mutated = EVENT.clone();
    positions.forEach(position -> mutated[position % mutated.length] = value);

    ask(Bytes.slice(mutated));
  }

  @Property
  void bytesThatEndTooSoon(@ForAll @IntRange(max = 2000) int length, @ForAll boolean honest) {
    byte[] cut = new byte[length % EVENT.length];
    System.arraycopy(EVENT, 0, cut, 0, cut.length);
    if (honest && cut.length >= 5) { // The length says so, and there is a zero at the end.
      cut[0] = (byte) cut.length;
      cut[1] = (byte) (cut.length >> 8);
      cut[cut.length - 1] = 0;
    }

    ask(Bytes.slice(cut));
  }

  @Property
  void anyBytes(@ForAll @Size(max = 64) byte[] bytes, @ForAll boolean honest) {
    if (honest && bytes.length >= 5) {
      System.arraycopy(new byte[] {(byte) bytes.length, 0, 0, 0}, 0, bytes, 0, 4);
      bytes[bytes.length - 1] = 0;
    }

    ask(Bytes.slice(bytes));
  }

  /** Asks everything there is to ask, within a time that only something that hangs will need. */
  private static void ask(DocumentSlice bytes) {
    ChangeEvent event = ChangeEvent.of(bytes);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (Function<ChangeEvent, ?> accessor : ACCESSORS) {
            answerOrMalformed(() -> accessor.apply(event));
          }
          for (String name : NAMES) {
            answerOrMalformed(() -> event.field(name));
          }
          decode(bytes);
          assertThat(event.toString()).isNotEmpty();
          assertThat(event).isEqualTo(ChangeEvent.of(bytes));
        });
  }

  /** Of bytes that are well-formed all the same, a decoder may still think as it likes. */
  private static void decode(DocumentSlice bytes) {
    EventDecoder<Document> decoder = EventDecoder.to(Document.class);
    try {
      assertThat(decoder.decode(bytes)).isNotNull();
    } catch (MalformedBsonException expected) {
      assertThat(expected).hasMessageContaining("expected ");
    } catch (BSONException refused) {
      BsonStructure.check(bytes);
    }
  }

  private static void answerOrMalformed(Supplier<?> question) {
    try {
      assertThat(question.get()).isNotNull();
    } catch (MalformedBsonException expected) {
      assertThat(expected).hasMessageContaining("expected ");
    }
  }
}
