package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ResumePolicy;
import dev.tailrace.engine.core.State.Aggregating;
import dev.tailrace.engine.core.State.Exchange;
import dev.tailrace.engine.transport.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an aggregate's failure leads to, by who waits for it. The rest is in the traces. */
class RecoveryTest {

  private static final long LIMIT_NANOS = 100;
  private static final Failure RETRYABLE =
      new Failure.NoAnswer(Outcome.Reason.NETWORK, "reset", null);
  private static final Call WITH_LIMIT =
      new Call(/* opens= */ false, Patience.untilEvent(), LIMIT_NANOS);
  private static final Call OPENING =
      new Call(/* opens= */ true, Patience.untilEvent(), Step.NEVER);
  private static final Call READING =
      new Call(/* opens= */ false, Patience.untilEvent(), Step.NEVER);

  @Test
  void itIsRetriedWhileTheCallHasTime() {
    ChangeStreamOptions options =
        ChangeStreamOptions.builder().timeout(Duration.ofSeconds(1)).build();

    assertThat(verdict(options, /* retried= */ false, WITH_LIMIT, LIMIT_NANOS - 1))
        .isInstanceOf(Verdict.Retry.class);
    assertThat(verdict(options, /* retried= */ false, WITH_LIMIT, LIMIT_NANOS))
        .isInstanceOf(Verdict.Resume.class);
    assertThat(verdict(options, /* retried= */ false, null, LIMIT_NANOS))
        .isInstanceOf(Verdict.Retry.class);
  }

  @Test
  void aStreamThatWasNeverOpenIsNotPersistent() {
    ChangeStreamOptions options =
        ChangeStreamOptions.builder()
            .resumePolicy(ResumePolicy.persistent(Duration.ofMinutes(1)))
            .build();

    assertThat(verdict(options, /* retried= */ true, OPENING, 0)).isInstanceOf(Verdict.End.class);
    assertThat(verdict(options, /* retried= */ true, READING, 0))
        .isInstanceOf(Verdict.Resume.class);
    assertThat(verdict(options, /* retried= */ true, null, 0)).isInstanceOf(Verdict.Resume.class);
  }

  private static Verdict verdict(
      ChangeStreamOptions options, boolean retried, @Nullable Call call, long nowNanos) {
    Recovery recovery = new Recovery(options, new ResumeBudget(options.resumePolicy(), () -> 0));
    return recovery.ofAggregate(
        new Aggregating(new Exchange(1, 0, 0, Step.NEVER), retried, Optional.empty()),
        RETRYABLE,
        Happenings.positionAfter(null, null),
        call,
        nowNanos);
  }
}
