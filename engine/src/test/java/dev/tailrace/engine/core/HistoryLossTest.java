package dev.tailrace.engine.core;

import static dev.tailrace.engine.HistoryLostPolicy.Restart.AT_TOKEN_TIME;
import static dev.tailrace.engine.HistoryLostPolicy.Restart.NOT_AT_ALL;
import static dev.tailrace.engine.HistoryLostPolicy.Restart.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ChangeStreamException;
import dev.tailrace.engine.HistoryLostPolicy;
import dev.tailrace.engine.ResumeToken;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryLossTest {

  /** The messages are beginnings of what servers say; each row names where it is known from. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          code  | label                         | message                                           | lost
          # ChangeStreamHistoryLost, whatever it says (server, error_codes.yml).
          286   | NonResumableChangeStreamError | the resume point may no longer be in the oplog.   | true
          286   | -                             | no longer has history necessary for $changeStream | true
          286   | -                             | Executor error during getMore :: caused by :: ... | true
          # The same in 3.6 and 4.0 (server, document_source_check_resume_token.cpp).
          40576 | -                             | Resume of change stream was not possible          | true
          40585 | -                             | Resume of change notification was not possible, as the resume token was not found. | true
          40585 | -                             | something else                                    | false
          # A token that is not found is as good as one too old; 280 has other meanings, though.
          280   | NonResumableChangeStreamError | cannot resume stream; the resume token was not found. | true
          280   | -                             | Cannot Resume Stream; The Resume Token Was Not Found | true
          280   | NonResumableChangeStreamError | the _id field, which contains the resume token, was modified | false
          280   | NonResumableChangeStreamError | resumed on an event that must include a $changeStreamSplitLargeEvent stage | false
          280   | NonResumableChangeStreamError | the event was not large enough to be split        | false
          # A token that is no good any more; but not where resumeAfter cannot take it, or it is none.
          260   | -                             | the token is invalid                              | true
          260   | -                             | 'resumeAfter' is not allowed from an invalidate notification | false
          260   | -                             | the resume token does not include a UUID          | false
          # Amazon DocumentDB says so of an expired token, and otherwise of a stream never enabled.
          136   | -                             | CollectionScan died due to position in capped collection being deleted. | true
          136   | -                             | modifyChangeStreams has not been run for this collection | false
          # Azure, whatever the code (dsync issue 372).
          72    | -                             | Expired resume token or cursor, reinitialize the change stream cursor | true
          0     | -                             | Expired resume token or cursor                    | true
          # Whatever the code, as the MongoDB Kafka connector reads it.
          1     | -                             | the resume point may no longer be in the oplog    | true
          1     | -                             | the resume token does not exist                   | true
          # A label that says it, on an error nobody knows (server, error_labels.cpp).
          9999  | NonResumableChangeStreamError | -                                                 | true
          9999  | ResumableChangeStreamError    | -                                                 | false
          # And what it must not be taken for: rights, namespaces, options, a cursor, a large event.
          13    | -                             | not authorized                                    | false
          26    | -                             | ns does not exist                                 | false
          40415 | -                             | BSON field '$changeStream.startAfter' is an unknown field | false
          43    | -                             | cursor id 1 not found                             | false
          10334 | -                             | BSONObj size: 17000000 is invalid                 | false
          9     | -                             | resume token string was not a valid hex string    | false
          """)
  void whatMeansThatHistoryIsLost(
      int code, @Nullable String label, @Nullable String message, boolean lost) {
    ServerError error =
        new ServerError(
            code,
            "",
            message == null ? "" : message,
            label == null ? Set.of() : Set.of(label),
            new BsonDocument());

    assertThat(HistoryLoss.isMeantBy(error)).isEqualTo(lost);
  }

  @Test
  void aDecisionStandsAndAHandlerIsAsked() {
    ChangeStreamException.HistoryLost lost = lost(null);

    assertThat(HistoryLoss.decide(NOW, lost)).isEqualTo(NOW);
    assertThat(HistoryLoss.decide(HistoryLostPolicy.fail(), lost)).isEqualTo(NOT_AT_ALL);
    assertThat(
            HistoryLoss.decide(
                HistoryLostPolicy.ask(error -> error == lost ? AT_TOKEN_TIME : NOW), lost))
        .isEqualTo(AT_TOKEN_TIME);
  }

  @Test
  void aHandlerThatThrowsEndsTheStreamAndIsNotForgotten() {
    ChangeStreamException.HistoryLost lost = lost(null);
    IllegalStateException theirs = new IllegalStateException("theirs");
    HistoryLostPolicy policy =
        HistoryLostPolicy.ask(
            error -> {
              throw theirs;
            });

    assertThat(HistoryLoss.decide(policy, lost)).isEqualTo(NOT_AT_ALL);
    assertThat(lost.getSuppressed()).containsExactly(theirs);
  }

  @Test
  void aStreamBeginsAnewWhereThePolicySaysIfThereIsSuchAPlace() {
    ResumeToken token = ResumeToken.ofData("8263A2F6E3000000012B0229296E04");

    assertThat(HistoryLoss.beginAnewAt(NOT_AT_ALL, lost(token))).isEmpty();
    assertThat(HistoryLoss.beginAnewAt(NOW, lost(null))).contains(new StartPoint.Now());
    assertThat(HistoryLoss.beginAnewAt(AT_TOKEN_TIME, lost(token)))
        .contains(new StartPoint.AtOperationTime(new BsonTimestamp(0x63A2F6E3, 1)));
    assertThat(HistoryLoss.beginAnewAt(AT_TOKEN_TIME, lost(ResumeToken.ofData("foreign"))))
        .isEmpty();
    assertThat(HistoryLoss.beginAnewAt(AT_TOKEN_TIME, lost(null))).isEqualTo(Optional.empty());
  }

  private static ChangeStreamException.HistoryLost lost(@Nullable ResumeToken token) {
    return new ChangeStreamException.HistoryLost(
        "lost", 286, "ChangeStreamHistoryLost", Set.of(), new BsonDocument(), token);
  }
}
