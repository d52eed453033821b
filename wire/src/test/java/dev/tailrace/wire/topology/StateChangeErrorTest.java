package dev.tailrace.wire.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateChangeErrorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          reply                                                      | stateChange | shuttingDown
          {ok: 1}                                                    | false | -
          {ok: true}                                                 | false | -
          {ok: 0, code: 1, errmsg: 'x'}                              | false | -
          # not the primary
          {ok: 0, code: 10107, errmsg: 'x'}                          | true  | false
          {ok: 0, code: 13435, errmsg: 'x'}                          | true  | false
          {ok: 0, code: 10058, errmsg: 'x'}                          | true  | false
          # recovering
          {ok: 0, code: 11602, errmsg: 'x'}                          | true  | false
          {ok: 0, code: 13436, errmsg: 'x'}                          | true  | false
          {ok: 0, code: 189, errmsg: 'x'}                            | true  | false
          # shutting down
          {ok: 0, code: 11600, errmsg: 'x'}                          | true  | true
          {ok: 0, code: 91, errmsg: 'x'}                             | true  | true
          {ok: 0, code: 91}                                          | true  | true
          # The message decides only where there is no code.
          {ok: 0, code: 1, errmsg: 'not master'}                     | false | -
          {ok: 0, errmsg: 'not master or secondary'}                 | true  | false
          {ok: 0, errmsg: 'node is recovering'}                      | true  | false
          {ok: 0, errmsg: 'not master'}                              | true  | false
          {ok: 0, errmsg: 'x'}                                       | false | -
          {errmsg: 'not master'}                                     | true  | false
          # A write concern error counts, write errors do not.
          {ok: 1, writeConcernError: {code: 91, errmsg: 'x'}}        | true  | true
          {ok: 1, writeErrors: [{index: 0, code: 10107, errmsg: 'x'}]} | false | -
          # Wrong types are nobody's error.
          {ok: 0, code: '91', errmsg: 7}                             | false | -
          {ok: 1, writeConcernError: 91}                             | false | -
          """)
  void recognises(String reply, boolean stateChange, @Nullable Boolean shuttingDown) {
    Optional<StateChangeError> error = StateChangeError.in(BsonDocument.parse(reply));

    assertThat(error.isPresent()).isEqualTo(stateChange);
    assertThat(error.map(StateChangeError::shuttingDown))
        .isEqualTo(Optional.ofNullable(shuttingDown));
  }
}
