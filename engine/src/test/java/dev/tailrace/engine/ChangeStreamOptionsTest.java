package dev.tailrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What options say of themselves; what they do is tested where it is done. */
class ChangeStreamOptionsTest {

  @Test
  void theySayWhatIsSetAndNothingElse() {
    assertThat(ChangeStreamOptions.DEFAULTS).hasToString("ChangeStreamOptions[pipeline=[]]");
    assertThat(
            ChangeStreamOptions.builder()
                .resumeAfter(ResumeToken.ofData("82AB"))
                .maxAwaitTime(Duration.ofMillis(100))
                .timeout(Duration.ofSeconds(2))
                .batchSize(7)
                .build()
                .toString())
        .contains("resumeAfter=", "82AB", "maxAwaitTime=PT0.1S", "timeout=PT2S", "batchSize=7")
        .doesNotContain("startAfter", "collation");
  }
}
