package dev.tailrace.engine.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonValueCodecProvider;
import org.bson.codecs.DocumentCodec;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.codecs.pojo.annotations.BsonId;
import org.bson.codecs.pojo.annotations.BsonProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventDecoderTest {

  private static final String EVENT =
      """
      {_id: {_data: "82"}, operationType: "insert", clusterTime: {$timestamp: {t: 5, i: 6}},
       collectionUUID: {$uuid: "00112233-4455-6677-8899-aabbccddeeff"},
       wallTime: {$date: "2024-01-02T03:04:05Z"},
       fullDocument: {_id: 7, state: "PAID", lines: [{sku: "a", pieces: 2}], extra: {k: "v"}},
       ns: {db: "shop", coll: "orders"}, documentKey: {_id: 7}}
      """;

  private static final UUID UUID_OF_COLLECTION =
      UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  private static final DocumentSlice BYTES = Bytes.slice(EVENT);

  public enum State {
    NEW,
    PAID
  }

  public record Line(String sku, int pieces) {}

  public record Order(
      @BsonId int id,
      State state,
      List<Line> lines,
      Map<String, String> extra,
      @Nullable String no) {}

  public record Event(
      @BsonProperty("operationType") String type,
      BsonTimestamp clusterTime,
      UUID collectionUUID,
      Instant wallTime,
      Order fullDocument) {}

  public record Wrong(int operationType) {}

  /** With properties, as libraries of old want it. */
  public static final class Bean {
    private @Nullable String operationType;

    public @Nullable String getOperationType() {
      return operationType;
    }

    public void setOperationType(String operationType) {
      this.operationType = operationType;
    }
  }

  @Test
  void rawAndTypedEventsAreInPlace() {
    assertThat(EventDecoder.raw().decode(BYTES).getByteBuffer().array()).isSameAs(BYTES.buffer());
    assertThat(EventDecoder.raw().decode(BYTES)).isEqualTo(BsonDocument.parse(EVENT));
    assertThat(EventDecoder.changeEvents().decode(BYTES)).isEqualTo(ChangeEvent.of(BYTES));
  }

  @Test
  void theClassesThatNeedNoCodecAreRecognised() {
    CodecRegistry none = CodecRegistries.fromCodecs(List.of());

    assertThat(EventDecoder.to(ChangeEvent.class, none).decode(BYTES))
        .isEqualTo(ChangeEvent.of(BYTES));
    assertThat(EventDecoder.to(RawBsonDocument.class, none).decode(BYTES).getByteBuffer().array())
        .isSameAs(BYTES.buffer());
  }

  @Test
  void eventsBecomeDocuments() {
    Document viaDecoder = EventDecoder.through(new DocumentCodec()).decode(BYTES);
    Document viaClass = EventDecoder.to(Document.class).decode(BYTES);

    assertThat(viaDecoder).isEqualTo(RawBsonDocument.parse(EVENT).decode(new DocumentCodec()));
    assertThat(viaClass)
        .containsEntry("clusterTime", new BsonTimestamp(5, 6))
        .containsEntry("collectionUUID", UUID_OF_COLLECTION);
    assertThat(viaClass.get("fullDocument", Document.class).getString("state")).isEqualTo("PAID");
    assertThat(EventDecoder.to(BsonDocument.class).decode(BYTES))
        .isEqualTo(BsonDocument.parse(EVENT));
  }

  @Test
  void eventsBecomeRecordsOutOfTheBox() {
    assertThat(EventDecoder.to(Event.class).decode(BYTES))
        .isEqualTo(
            new Event(
                "insert",
                new BsonTimestamp(5, 6),
                UUID_OF_COLLECTION,
                Instant.parse("2024-01-02T03:04:05Z"),
                new Order(7, State.PAID, List.of(new Line("a", 2)), Map.of("k", "v"), null)));
  }

  @Test
  void partsOfEventsBecomeRecordsToo() {
    ChangeEvent event = ChangeEvent.of(BYTES);

    assertThat(event.fullDocument(DefaultCodecs.registry().get(Order.class)))
        .map(Order::state)
        .contains(State.PAID);
  }

  @Test
  void eventsBecomeObjectsWithProperties() {
    assertThat(EventDecoder.to(Bean.class).decode(BYTES).getOperationType()).isEqualTo("insert");
  }

  @Test
  void aClassWithoutACodecIsRefusedAtOnce() {
    CodecRegistry values = CodecRegistries.fromProviders(new BsonValueCodecProvider());

    assertThatThrownBy(() -> EventDecoder.to(Event.class, values))
        .isInstanceOf(CodecConfigurationException.class);
  }

  @Test
  void aDecoderThatMakesNothingIsAtFault() {
    EventDecoder<String> nothing = EventDecoder.through((reader, context) -> none());

    assertThatThrownBy(() -> nothing.decode(BYTES))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("a decoder makes a value of every document");
  }

  @SuppressWarnings("NullAway") // What decoders of others may do.
  private static String none() {
    return null;
  }

  @Test
  void undecodableEventsAreHandedOverRawWhereThatIsWanted() {
    EventDecoder<Decoded<Wrong>> decoder = EventDecoder.to(Wrong.class).orRaw();

    assertThat(decoder.decode(BYTES))
        .isInstanceOfSatisfying(
            Decoded.Raw.class,
            raw -> {
              assertThat(raw.event()).isEqualTo(BsonDocument.parse(EVENT));
              assertThat(raw.cause()).isInstanceOf(BsonInvalidOperationException.class);
            });
    assertThat(decoder.decode(Bytes.slice("{operationType: 3}")))
        .isEqualTo(new Decoded.Value<>(new Wrong(3)));
  }

  @Test
  void bytesThatAreNoBsonAreNamedAsTheCause() {
    byte[] bytes = Bytes.bytes(BsonDocument.parse(EVENT));
    bytes[4] = 0x44; // No type has this number.
    DocumentSlice broken = Bytes.slice(bytes);
    EventDecoder<Document> decoder = EventDecoder.to(Document.class);

    assertThatThrownBy(() -> decoder.decode(broken)).isInstanceOf(MalformedBsonException.class);
    assertThat(decoder.orRaw().decode(broken))
        .isInstanceOfSatisfying(
            Decoded.Raw.class,
            raw -> assertThat(raw.cause()).isInstanceOf(MalformedBsonException.class));
  }

  @Test
  void bytesLeftOverAreMalformed() {
    DocumentSlice longer = new DocumentSlice(BYTES.buffer(), BYTES.offset(), BYTES.length() + 1);

    assertThatThrownBy(() -> EventDecoder.to(Document.class).decode(longer))
        .isInstanceOf(MalformedBsonException.class);
  }
}
