package dev.tailrace.conformance.unified.match;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.ServerAddress;
import dev.tailrace.engine.ChangeStreamException;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of errors, and of whose they are. */
class ErrorMatcherTest {

  private static final BsonDocument REPLY =
      BsonDocument.parse(
          "{ok: 0, errmsg: 'Gone with the wind', code: 43, codeName: 'CursorNotFound',"
              + " errorLabels: ['A', 'B']}");

  private static final Map<String, Throwable> ERRORS =
      Map.of(
          "driver, server", new MongoCommandException(REPLY, new ServerAddress()),
          "driver, client", new MongoClientException("Gone with the wind"),
          "driver, timeout", new MongoOperationTimeoutException("too late"),
          "engine, server",
              new ChangeStreamException.Refused(
                  "Gone with the wind", 43, "CursorNotFound", Set.of("A", "B"), REPLY, null),
          "engine, client",
              new ChangeStreamException.Unreachable("Gone with the wind", null, null));

  private final ErrorMatcher matcher = new ErrorMatcher(new Matcher(new NoEntities()));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      useHeadersInDisplayName = true,
      textBlock =
          """
          error           | claim                                   | holds
          driver, server  | {isError: true}                         | true
          driver, server  | {isClientError: false}                  | true
          driver, server  | {isClientError: true}                   | false
          driver, server  | {isTimeoutError: false}                 | true
          driver, server  | {errorCode: 43}                         | true
          driver, server  | {errorCode: 44}                         | false
          driver, server  | {errorCodeName: 'cursornotfound'}       | true
          driver, server  | {errorCodeName: 'CursorInUse'}          | false
          driver, server  | {errorContains: 'gone WITH'}            | true
          driver, server  | {errorContains: 'here'}                 | false
          driver, server  | {errorLabelsContain: ['A', 'B']}        | true
          driver, server  | {errorLabelsContain: ['A', 'C']}        | false
          driver, server  | {errorLabelsOmit: ['C']}                | true
          driver, server  | {errorLabelsOmit: ['C', 'A']}           | false
          driver, server  | {errorResponse: {code: 43}}             | true
          driver, server  | {errorResponse: {code: 44}}             | false
          driver, server  | {expectResult: {$$unsetOrMatches: {}}}  | true
          driver, server  | {expectResult: {}}                      | false
          # Both claims of one error have to hold.
          driver, server  | {isClientError: false, errorCode: 44}   | false
          driver, client  | {isClientError: true}                   | true
          driver, client  | {isClientError: false}                  | false
          driver, client  | {errorCode: 43}                         | false
          driver, client  | {errorResponse: {ok: 0}}                | false
          driver, timeout | {isTimeoutError: true}                  | true
          driver, timeout | {isTimeoutError: false}                 | false
          engine, server  | {isClientError: false}                  | true
          engine, server  | {errorCode: 43}                         | true
          engine, server  | {errorCodeName: 'CursorNotFound'}       | true
          engine, server  | {errorLabelsContain: ['A']}             | true
          engine, server  | {errorResponse: {code: 43}}             | true
          engine, client  | {isClientError: true}                   | true
          engine, client  | {isTimeoutError: true}                  | false
          """)
  void claims(String error, String claim, boolean holds) {
    boolean held = true;
    try {
      matcher.match(
          BsonDocument.parse(claim), OperationError.of(requireNonNull(ERRORS.get(error))));
    } catch (AssertionError mismatch) {
      held = false;
    }
    assertThat(held).isEqualTo(holds);
  }
}
