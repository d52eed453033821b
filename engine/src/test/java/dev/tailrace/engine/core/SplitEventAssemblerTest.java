package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.transport.DocumentSlice;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Manual, "$changeStreamSplitLargeEvent": fragments are numbered from 1, and come in order. */
class SplitEventAssemblerTest {

  private final SplitEventAssembler assembler = new SplitEventAssembler(1_000);

  @Test
  void anEventIsItsFragmentsFieldsUnderTheLastId() {
    assertThat(accept("{_id: {_data: 'A'}, splitEvent: {fragment: 1, of: 3}, a: 1, b: {c: 2}}"))
        .isNull();
    assertThat(accept("{_id: {_data: 'B'}, splitEvent: {fragment: 2, of: 3}, d: 'x'}")).isNull();
    assertThat(accept("{_id: {_data: 'C'}, splitEvent: {fragment: 3, of: 3}, e: [1, 2]}"))
        .isEqualTo(BsonDocument.parse("{_id: {_data: 'C'}, a: 1, b: {c: 2}, d: 'x', e: [1, 2]}"));
    assertThat(assembler.isIncomplete()).isFalse();
  }

  @Test
  void oneEventIsLikeTheOther() {
    for (String data : new String[] {"one", "two"}) {
      assertThat(accept("{_id: {_data: 'A'}, splitEvent: {fragment: 1, of: 2}, a: 1}")).isNull();
      assertThat(
              accept(
                  "{_id: {_data: 'B'}, b: '%s', splitEvent: {fragment: 2, of: 2}}".formatted(data)))
          .isEqualTo(BsonDocument.parse("{_id: {_data: 'B'}, a: 1, b: '%s'}".formatted(data)));
    }
  }

  @Test
  void anEventThatIsWholeIsHandedOnAsItLies() {
    DocumentSlice event = slice("{_id: {_data: 'A'}, a: 1}");

    assertThat(assembler.accept(event, event)).isSameAs(event);
    assertThat(assembler.isIncomplete()).isFalse();
  }

  @Test
  void theOnlyFragmentIsAnEvent() {
    assertThat(accept("{_id: {_data: 'A'}, splitEvent: {fragment: 1, of: 1}, a: 1}"))
        .isEqualTo(BsonDocument.parse("{_id: {_data: 'A'}, a: 1}"));
  }

  @Test
  void whatWasTakenInIsForgotten() {
    accept("{_id: {_data: 'A'}, splitEvent: {fragment: 1, of: 2}, a: 1}");
    assertThat(assembler.isIncomplete()).isTrue();

    assembler.reset();

    assertThat(assembler.isIncomplete()).isFalse();
    assertThat(accept("{_id: {_data: 'A'}, splitEvent: {fragment: 1, of: 2}, b: 2}")).isNull();
    assertThat(accept("{_id: {_data: 'B'}, splitEvent: {fragment: 2, of: 2}, c: 3}"))
        .isEqualTo(BsonDocument.parse("{_id: {_data: 'B'}, b: 2, c: 3}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          first | second | what is wrong
          # An event begins with fragment 1,
          2 of 2 | -      | expected fragment 1 of an event, found fragment 2 of 2
          0 of 2 | -      | expected fragment 1 of an event, found fragment 0 of 2
          # of so many,
          1 of 0 | -      | expected fragment 1 of an event, found fragment 1 of 0
          # and the next ones follow,
          1 of 3 | 3 of 3 | expected fragment 2 of 3, found fragment 3 of 3
          1 of 3 | 1 of 3 | expected fragment 2 of 3, found fragment 1 of 3
          # of the same event.
          1 of 3 | 2 of 2 | expected fragment 2 of 3, found fragment 2 of 2
          1 of 2 | 2 of 3 | expected fragment 2 of 2, found fragment 2 of 3
          1 of 3 | whole  | expected fragment 2 of 3 of an event, found a whole event
          """)
  void whatDoesNotBelongTogetherIsRefused(String first, @Nullable String second, String wrong) {
    assertThatThrownBy(
            () -> {
              accept(fragment(first));
              if (second != null) {
                accept(second.equals("whole") ? "{_id: {_data: 'B'}}" : fragment(second));
              }
            })
        .isInstanceOf(NotReassembledException.class)
        .hasMessage("split event: " + wrong);
  }

  private static String fragment(String numbers) {
    String[] words = numbers.split(" of ", -1);
    return "{_id: {_data: 'A'}, splitEvent: {fragment: %s, of: %s}}".formatted(words[0], words[1]);
  }

  /** The fields of both are 7 bytes each: a type, a name of two bytes, four bytes of value. */
  @Test
  void anEventMayBeAsLongAsTheBoundAndNoLonger() {
    String one = "{_id: {_data: 'A'}, splitEvent: {fragment: 1, of: 2}, a: 1}";
    String two = "{_id: {_data: 'B'}, splitEvent: {fragment: 2, of: 2}, b: 2}";
    SplitEventAssembler exact = new SplitEventAssembler(14);
    SplitEventAssembler less = new SplitEventAssembler(13);

    accept(exact, one);
    assertThat(accept(exact, two)).hasSize(3);
    accept(less, one);
    assertThatThrownBy(() -> accept(less, two))
        .hasMessage(
            "split event: expected an event of at most 13 bytes, found 14 bytes by fragment 2 of 2");
  }

  @Test
  void aSplitEventThatIsNoneIsMalformed() {
    assertThatThrownBy(() -> accept("{_id: {_data: 'A'}, splitEvent: 1}"))
        .isInstanceOf(MalformedBsonException.class);
    assertThatThrownBy(() -> accept("{_id: {_data: 'A'}, splitEvent: {fragment: 'one', of: 2}}"))
        .isInstanceOf(MalformedBsonException.class);
  }

  private @Nullable BsonDocument accept(String event) {
    return accept(assembler, event);
  }

  private static @Nullable BsonDocument accept(SplitEventAssembler assembler, String event) {
    DocumentSlice slice = slice(event);
    DocumentSlice id = Conversation.slice(BsonDocument.parse(event).getDocument("_id"));
    DocumentSlice whole = assembler.accept(slice, id);
    return whole == null ? null : BsonDocument.parse(whole.asDocument().toJson());
  }

  private static DocumentSlice slice(String json) {
    return Conversation.slice(BsonDocument.parse(json));
  }
}
