package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import org.junit.jupiter.api.Test;

class FailureTest {

  private static final ServerRef SERVER =
      new ServerRef("a:27017", 25, ServerKind.REPLICA_SET_MEMBER);

  @Test
  void whoWasAskedIsKnownEvenIfThereWasNoAnswer() {
    assertThat(new Failure.NoAnswer(Reason.NETWORK, "broken", null, SERVER).addresses())
        .containsExactly("a:27017");
  }

  @Test
  void aFailureMayBeNobodys() {
    assertThat(new Failure.NoAnswer(Reason.NO_ELIGIBLE_SERVER, "none", null).addresses()).isEmpty();
  }
}
