package dev.tailrace.fakeserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that make no set are refused by their names. */
class BuilderTest {

  private final FakeReplicaSet.Builder builder = FakeReplicaSet.builder();

  @Test
  @SuppressWarnings("NullAway") // The nulls are what is tested.
  void nullIsRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> builder.serverVersion(null))
        .withMessage("serverVersion");
    assertThatNullPointerException().isThrownBy(() -> builder.setName(null)).withMessage("setName");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.electionDelay(null))
        .withMessage("electionDelay");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "rs 0", "rs/0", "rs&0", "rs%30", "rs?", "rs#", "r\u00e9s"})
  void aNameThatConnectionStringsWouldEscapeIsRefused(String name) {
    assertThatThrownBy(() -> builder.setName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("setName: expected ")
        .hasMessageEndingWith("'" + name + "'");
  }

  @Test
  void anOrdinaryNameIsTaken() {
    try (FakeReplicaSet set = builder.setName("My_rs-0.1").start()) {
      assertThat(set.connectionString()).endsWith("/?replicaSet=My_rs-0.1");
    }
  }

  @Test
  void aNegativeElectionDelayIsRefused() {
    assertThatThrownBy(() -> builder.electionDelay(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("electionDelay: expected 0 or more, found PT-0.001S");
    assertThat(builder.electionDelay(Duration.ZERO)).isSameAs(builder);
  }

  @Test
  void portsInVirtualTimeAreRefused() {
    builder.virtualTime().firstPort(27_017);
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("firstPort: ");
  }

  @Test
  void aSetSaysWhatItIs() {
    FakeReplicaSet set = builder.members(2).virtualTime().seed(7).start();
    try (var transport = set.transport();
        var connection = set.connect(1)) {
      assertThat(set)
          .hasToString(
              "FakeReplicaSet[rs0, release %s, seed 7, virtual time: %s]"
                  .formatted(
                      ServerVersion.NEWEST, "member0:27017 PRIMARY, member1:27017 SECONDARY"));
      assertThat(transport)
          .hasToString("Loopback[into [member0:27017, member1:27017], 0 exchanges under way]");
      assertThat(connection)
          .hasToString("RawConnection[to member1:27017, 0 replies not received yet]");
      set.close();
      assertThat(set.toString()).contains(", closed: ");
      assertThat(transport.toString()).endsWith(", the set is closed]");
      assertThat(connection.toString()).endsWith(", closed]");
    }
  }
}
