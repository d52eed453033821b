package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.InvalidatePolicy;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.UndecodablePolicy;
import dev.tailrace.engine.event.ChangeEvent;
import dev.tailrace.engine.event.Decoded;
import dev.tailrace.engine.event.OperationType;
import dev.tailrace.engine.face.undertest.Call;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.face.undertest.StreamUnderTest;
import java.util.List;
import org.bson.BsonReader;
import org.bson.RawBsonDocument;
import org.bson.codecs.Decoder;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.RawBsonDocumentCodec;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of invalidates and of events that cannot be decoded, with every face the same. */
class FacePoliciesTest extends FaceFixture {

  @ParameterizedTest
  @EnumSource
  void anInvalidateIsHandedOverAndThenTheStreamIsOver(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> next = stream.next();
    invalidate(transport.take("getMore"));

    assertThat(token(next)).isEqualTo("i");
    assertThat(stream.next().get()).isEqualTo(new Next.Ended<>(EndReason.INVALIDATED));
    assertThat(stream.next().get()).isEqualTo(new Next.Ended<>(EndReason.INVALIDATED));
    assertThat(stream.isAlive()).isFalse();
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("i"));
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void aStreamMayGoOnBehindAnInvalidate(FaceUnderTest face) throws Exception {
    options.invalidatePolicy(InvalidatePolicy.CONTINUE_AFTER);
    StreamUnderTest<RawBsonDocument> stream = open(face);
    Call<Next<RawBsonDocument>> invalidate = stream.next();
    invalidate(transport.take("getMore"));
    assertThat(token(invalidate)).isEqualTo("i");

    Call<Next<RawBsonDocument>> next = stream.next();
    ScriptedTransport.Sent aggregate = transport.take("aggregate");
    assertThat(aggregate.request.command().toJson()).contains("\"startAfter\": {\"_data\": \"i\"}");
    aggregate.batch(78, "t2", "a");

    assertThat(token(next)).isEqualTo("a");
    assertThat(heard).contains(new StreamEvent.Continued(ResumeToken.ofData("i")));
  }

  // ---------------------------------------------------------------- decoding

  /** Public, because bson's codec calls its constructor. */
  public record Order(@BsonId RawBsonDocument token, String operationType, int amount) {}

  @ParameterizedTest
  @EnumSource
  void eventsMayBeRecords(FaceUnderTest face) throws Exception {
    StreamUnderTest<Order> stream = open(face, watch().as(Order.class));
    Call<Next<Order>> next = stream.next();
    transport.take("getMore").events(77, "{_id: {_data: 'a'}, operationType: 'insert', amount: 7}");

    Order order = event(next);
    assertThat(order.operationType()).isEqualTo("insert");
    assertThat(order.amount()).isEqualTo(7);
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("a"));
  }

  @ParameterizedTest
  @EnumSource
  void eventsMayBeAskedForTheirFields(FaceUnderTest face) throws Exception {
    StreamUnderTest<ChangeEvent> stream = open(face, watch().events());
    Call<Next<ChangeEvent>> next = stream.next();
    transport.take("getMore").events(77, "{_id: {_data: 'a'}, operationType: 'insert'}");

    assertThat(event(next).operationType()).isEqualTo(OperationType.INSERT);
  }

  @ParameterizedTest
  @EnumSource
  void anEventThatCannotBeDecodedIsTheEnd(FaceUnderTest face) throws Exception {
    StreamUnderTest<RawBsonDocument> stream =
        open(face, watch().as(new FailsOn("b", new AssertionError("on purpose"))));
    takeFirstOf(stream, "a", "b", "c");

    for (Call<?> call : List.of(stream.next(), stream.next())) {
      assertThatThrownBy(call::get)
          .isInstanceOfSatisfying(
              ChangeStreamException.Undecodable.class,
              undecodable -> {
                assertThat(undecodable.eventToken()).isEqualTo(ResumeToken.ofData("b"));
                assertThat(undecodable.resumeToken()).contains(ResumeToken.ofData("a"));
              });
    }
    assertThat(stream.resumeToken()).contains(ResumeToken.ofData("a"));
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void anEventThatCannotBeDecodedMayBeSkipped(FaceUnderTest face) throws Exception {
    options.undecodablePolicy(UndecodablePolicy.SKIP);
    StreamUnderTest<RawBsonDocument> stream =
        open(face, watch().as(new FailsOn("b", new AssertionError("on purpose"))));

    takeFirstOf(stream, "a", "b", "c");

    assertThat(token(stream.next())).isEqualTo("c");
    assertThat(heard)
        .filteredOn(StreamEvent.Skipped.class::isInstance)
        .singleElement()
        .satisfies(skip -> assertThat(token(((StreamEvent.Skipped) skip).event())).isEqualTo("b"));
  }

  @ParameterizedTest
  @EnumSource
  void anEventThatCannotBeDecodedMayBeHandedOverAsItCame(FaceUnderTest face) throws Exception {
    StreamUnderTest<Decoded<RawBsonDocument>> stream =
        open(face, watch().as(new FailsOn("b", new IllegalStateException("on purpose"))).orRaw());
    Call<Next<Decoded<RawBsonDocument>>> next = stream.next();
    transport.take("getMore").batch(77, "t2", "a", "b");

    assertThat(event(next)).isInstanceOf(Decoded.Value.class);
    assertThat(event(stream.next())).isInstanceOf(Decoded.Raw.class);
  }

  // ---------------------------------------------------------------- helpers

  private static void invalidate(ScriptedTransport.Sent getMore) {
    getMore.events(0, "{_id: {_data: 'i'}, operationType: 'invalidate'}");
  }

  /** Decodes everything but one event. */
  private record FailsOn(String token, Throwable failure) implements Decoder<RawBsonDocument> {

    @Override
    public RawBsonDocument decode(BsonReader reader, DecoderContext context) {
      RawBsonDocument event = new RawBsonDocumentCodec().decode(reader, context);
      if (FaceFixture.token(event).equals(token)) {
        if (failure instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) failure;
      }
      return event;
    }
  }
}
