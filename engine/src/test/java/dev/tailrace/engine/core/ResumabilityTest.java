package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import java.time.Duration;
import java.util.Set;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the specifications, one row for each sentence. */
class ResumabilityTest {

  private static final ResumePolicy SPEC = ResumePolicy.spec();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          code  | label                         | wire | resumable
          # CursorNotFound resumes whatever the version and the labels.
          43    | -                             | 25   | true
          43    | -                             | 8    | true
          43    | NonResumableChangeStreamError | 9    | true
          # Since wire version 9 the label decides, and only the label.
          6     | ResumableChangeStreamError    | 9    | true
          6     | -                             | 9    | false
          6     | RetryableWriteError           | 9    | false
          50    | ResumableChangeStreamError    | 25   | true
          280   | NonResumableChangeStreamError | 25   | false
          0     | -                             | 25   | false
          # Before that, the list of codes does, and only the list.
          6     | -                             | 8    | true
          7     | -                             | 8    | true
          63    | -                             | 8    | true
          89    | -                             | 8    | true
          91    | -                             | 8    | true
          133   | -                             | 8    | true
          150   | -                             | 8    | true
          189   | -                             | 8    | true
          234   | -                             | 8    | true
          262   | -                             | 8    | true
          9001  | -                             | 8    | true
          10107 | -                             | 8    | true
          11600 | -                             | 8    | true
          11602 | -                             | 8    | true
          13388 | -                             | 8    | true
          13435 | -                             | 8    | true
          13436 | -                             | 6    | true
          50    | ResumableChangeStreamError    | 8    | false
          # ElectionInProgress, Interrupted, CappedPositionLost and CursorKilled are on no list.
          216   | -                             | 8    | false
          11601 | -                             | 8    | false
          136   | -                             | 8    | false
          237   | -                             | 8    | false
          134   | -                             | 8    | false
          """)
  void aServersErrorOnGetMore(int code, @Nullable String label, int wire, boolean resumable) {
    assertThat(Resumability.isResumable(byServer(code, label, wire), SPEC)).isEqualTo(resumable);
  }

  /** Of other products no labels are known, whatever wire version they report: codes decide too. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          address                      | code  | label                      | resumable
          a.docdb.amazonaws.com:27017  | 6     | -                          | true
          a.docdb.amazonaws.com:27017  | 50    | ResumableChangeStreamError | true
          a.docdb.amazonaws.com:27017  | 43    | -                          | true
          a.docdb.amazonaws.com:27017  | 136   | -                          | false
          a.docdb.amazonaws.com:27017  | 16500 | -                          | false
          a.cosmos.azure.com:10255     | 6     | -                          | true
          a.cosmos.azure.com:10255     | 50    | ResumableChangeStreamError | true
          a.cosmos.azure.com:10255     | 50    | -                          | false
          # TooManyRequests: this is how it throttles.
          a.cosmos.azure.com:10255     | 16500 | -                          | true
          """)
  void anotherProductsErrorOnGetMore(
      String address, int code, @Nullable String label, boolean resumable) {
    assertThat(Resumability.isResumable(byServer(address, code, label, 25), SPEC))
        .isEqualTo(resumable);
  }

  /** Whether a cursor was killed between two getMores or in the middle of one is chance. */
  @Test
  void aPersistentStreamOutlivesItsCursorHoweverItWasKilled() {
    ResumePolicy persistent = ResumePolicy.persistent(Duration.ofMinutes(1));

    assertThat(Resumability.isResumable(byServer(43, null, 25), persistent)).isTrue();
    assertThat(Resumability.isResumable(byServer(237, null, 25), persistent)).isTrue();
    assertThat(Resumability.isResumable(byServer(280, null, 25), persistent)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          reason             | resumable | retryable | passing
          NETWORK            | true      | true      | true
          BAD_MESSAGE        | true      | true      | true
          NO_ELIGIBLE_SERVER | true      | false     | true
          TIMEOUT            | true      | false     | true
          CLOSED             | false     | false     | false
          NOT_AUTHENTICATED  | false     | false     | false
          NOT_SUPPORTED      | false     | false     | false
          """)
  void noAnswer(Outcome.Reason reason, boolean resumable, boolean retryable, boolean passing) {
    Failure failure = new Failure.NoAnswer(reason, "no answer", null);

    assertThat(Resumability.isResumable(failure, SPEC)).isEqualTo(resumable);
    assertThat(RetryableReads.isRetryable(failure)).isEqualTo(retryable);
    assertThat(RetryableReads.isPassing(failure)).isEqualTo(passing);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          code  | label                      | retryable | passing
          # The retryable reads specification's list; labels play no part in it.
          6     | -                          | true      | true
          7     | -                          | true      | true
          89    | -                          | true      | true
          91    | -                          | true      | true
          134   | -                          | true      | true
          189   | -                          | true      | true
          262   | -                          | true      | true
          9001  | -                          | true      | true
          10107 | -                          | true      | true
          11600 | -                          | true      | true
          11602 | -                          | true      | true
          13435 | -                          | true      | true
          13436 | -                          | true      | true
          43    | -                          | false     | false
          216   | -                          | false     | false
          280   | -                          | false     | false
          286   | -                          | false     | false
          # What the server calls resumable may pass by the next attempt, but is not retried at once.
          133   | ResumableChangeStreamError | false     | true
          133   | -                          | false     | false
          """)
  void aServersErrorOnAggregate(
      int code, @Nullable String label, boolean retryable, boolean passing) {
    assertThat(RetryableReads.isRetryable(byServer(code, label, 25))).isEqualTo(retryable);
    assertThat(RetryableReads.isPassing(byServer(code, label, 25))).isEqualTo(passing);
  }

  private static Failure byServer(int code, @Nullable String label, int wire) {
    return byServer("a:27017", code, label, wire);
  }

  private static Failure byServer(String address, int code, @Nullable String label, int wire) {
    ServerError error =
        new ServerError(code, "", "", label == null ? Set.of() : Set.of(label), new BsonDocument());
    return new Failure.ByServer(new ServerRef(address, wire, ServerKind.REPLICA_SET_MEMBER), error);
  }
}
