package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamStatus;
import java.time.Duration;
import java.util.Optional;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stream's vitals say at a time. What happens until then is in the traces. */
class StatusTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          server time | token                          | empty without token | lag
          # From the token's time to the server's, in whole seconds,
          1671624419  | 8263A2F6E3000000012B0229296E04 | false               | PT0S
          1671624422  | 8263A2F6E3000000012B0229296E04 | false               | PT3S
          # and never less than none.
          1671624400  | 8263A2F6E3000000012B0229296E04 | false               | PT0S
          # Nothing to read and no token that says more: none.
          1671624422  | 8263A2F6E3000000012B0229296E04 | true                | PT0S
          1671624422  | -                              | true                | PT0S
          # Unknown without the server's time, a token, or what that says of its own.
          -           | 8263A2F6E3000000012B0229296E04 | false               | -
          -           | -                              | true                | -
          1671624422  | -                              | false               | -
          1671624422  | foreign                        | false               | -
          """)
  void theLag(
      @Nullable Integer serverTime,
      @Nullable String token,
      boolean emptyWithoutToken,
      @Nullable Duration lag) {
    assertThat(
            Vitals.lag(
                serverTime == null ? null : new BsonTimestamp(serverTime, 1),
                Optional.ofNullable(token).map(ResumeToken::ofData),
                emptyWithoutToken))
        .isEqualTo(Optional.ofNullable(lag));
  }

  @Test
  void aStreamIsStalledFromItsTimeOnAndNotBefore() {
    Vitals vitals = vitals(/* stuckSinceNanos= */ 100);

    assertThat(vitals.statusAt(99).phase()).isEqualTo(new StreamStatus.Live());
    assertThat(vitals.statusAt(100).phase()).isEqualTo(new StreamStatus.Stalled("why"));
    assertThat(vitals(Step.NEVER).statusAt(Long.MAX_VALUE - 1).phase())
        .isEqualTo(new StreamStatus.Live());
  }

  @Test
  void progressIsTheTokenAndTheServersTime() {
    Vitals vitals = vitals(Step.NEVER);
    Position later = Happenings.positionAfter(null, "aggregate pbrt=Q");

    assertThat(vitals.statusAt(0).progress()).isEqualTo(vitals.progress());
    assertThat(vitals.progress().resumeToken()).contains(ResumeToken.ofData("P"));
    assertThat(vitals.progress().operationTime()).contains(new BsonTimestamp(5, 1));
    assertThat(vitals.at(later).progress().resumeToken()).contains(ResumeToken.ofData("Q"));
    assertThat(vitals.at(later).statusAt(0).phase()).isEqualTo(vitals.statusAt(0).phase());
  }

  @Test
  void theServersTimeIsThatOfTheLatestReply() {
    Health health = new Health(ChangeStreamOptions.DEFAULTS);
    assertThat(health.operationTime()).isNull();

    health.batchArrived(
        Happenings.reply("time=7"), Happenings.positionAfter(null, null), /* moved= */ false, 0);

    assertThat(health.operationTime()).isEqualTo(new BsonTimestamp(7, 1));
  }

  private static Vitals vitals(long stuckSinceNanos) {
    return new Vitals(
        new StreamStatus.Live(),
        Happenings.positionAfter(null, "aggregate pbrt=P"),
        new BsonTimestamp(5, 1),
        new BsonTimestamp(6, 1),
        /* emptyWithoutToken= */ false,
        stuckSinceNanos,
        () -> "why");
  }
}
