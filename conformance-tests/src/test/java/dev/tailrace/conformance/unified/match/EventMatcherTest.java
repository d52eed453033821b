package dev.tailrace.conformance.unified.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.ObservedEvent;
import dev.tailrace.conformance.unified.format.ExpectedEvents.ExpectedEvent;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of the events that a client has observed. */
class EventMatcherTest {

  private static final List<ObservedEvent> OBSERVED =
      List.of(
          new ObservedEvent(
              "commandStartedEvent",
              BsonDocument.parse(
                  "{commandName: 'find', databaseName: 'db', command: {find: 'c', lsid: {id: 1}}}")),
          new ObservedEvent(
              "commandSucceededEvent",
              BsonDocument.parse("{commandName: 'find', databaseName: 'db', reply: {ok: 1}}")));

  private final EventMatcher matcher = new EventMatcher(new Matcher(new NoEntities()));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      useHeadersInDisplayName = true,
      textBlock =
          """
          expected | ignoreExtra | matches
          [{commandStartedEvent: {}}, {commandSucceededEvent: {}}]                   | false | true
          [{commandSucceededEvent: {}}, {commandStartedEvent: {}}]                   | false | false
          [{commandStartedEvent: {}}]                                                | false | false
          [{commandStartedEvent: {}}]                                                | true  | true
          [{commandSucceededEvent: {}}]                                              | true  | false
          []                                                                         | false | false
          []                                                                         | true  | true
          [{commandStartedEvent: {}}, {commandSucceededEvent: {}}, {commandStartedEvent: {}}] | true | false
          [{commandStartedEvent: {commandName: 'find', databaseName: 'db'}}]         | true  | true
          [{commandStartedEvent: {commandName: 'insert'}}]                           | true  | false
          [{commandStartedEvent: {databaseName: 'other'}}]                           | true  | false
          # A command may have more fields than expected, a document in it may not.
          [{commandStartedEvent: {command: {find: 'c'}}}]                            | true  | true
          [{commandStartedEvent: {command: {lsid: {}}}}]                             | true  | false
          [{commandStartedEvent: {}}, {commandSucceededEvent: {reply: {ok: 1.0}}}]   | false | true
          [{commandStartedEvent: {}}, {commandSucceededEvent: {reply: {ok: 0}}}]     | false | false
          # What the event does not tell cannot be claimed.
          [{commandStartedEvent: {hasServiceId: false}}]                             | true  | false
          """)
  void sequences(String expected, boolean ignoreExtra, boolean matches) {
    List<ExpectedEvent> events =
        BsonArray.parse(expected).stream()
            .map(BsonValue::asDocument)
            .map(ExpectedEvent::of)
            .toList();
    boolean matched = true;
    try {
      matcher.match("client", events, OBSERVED, ignoreExtra);
    } catch (AssertionError mismatch) {
      matched = false;
    }
    assertThat(matched).isEqualTo(matches);
  }
}
