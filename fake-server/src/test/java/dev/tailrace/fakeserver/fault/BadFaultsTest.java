package dev.tailrace.fakeserver.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.fault.FaultRule.Moment;
import dev.tailrace.fakeserver.fault.FaultRule.Selector;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that could never strike or do anything is refused when it is said. */
class BadFaultsTest {

  private final FakeReplicaSet set = FakeReplicaSet.builder().virtualTime().start();

  @AfterEach
  void close() {
    set.close();
  }

  private static Arguments refused(String message, Consumer<Faults> rule) {
    return Arguments.of(message, rule);
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        refused("found getMroe", faults -> faults.on("find", "getMroe").fail(6)),
        refused("found getmore", faults -> faults.on("getmore").fail(6)),
        refused(
            "found getMroe",
            faults ->
                faults.add(
                    new FaultRule(
                        Selector.command("getMroe"),
                        Moment.BEFORE_COMMAND,
                        0,
                        1,
                        1,
                        List.of(new Fault.Crash())))),
        refused("nth: expected 1 or more, found 0", faults -> faults.on("find").nth(0).fail(6)),
        refused("skip: expected 0 or more, found -1", faults -> faults.on("find").skip(-1).fail(6)),
        refused("times: expected 1 or more, found 0", faults -> faults.on("find").times(0).fail(6)),
        refused("atMember: expected 0 to 0, found 9", faults -> faults.on().atMember(9).fail(6)),
        refused("atMember: expected 0 to 0, found -1", faults -> faults.on().atMember(-1).fail(6)),
        refused("expected db.coll, found c", faults -> faults.on("find").onNamespace("c").fail(6)),
        refused(
            "probability: expected 0 to 1, found 3.0",
            faults -> faults.on("find").withProbability(3).fail(6)),
        refused(
            "probability: expected 0 to 1, found NaN",
            faults -> faults.on("find").withProbability(Double.NaN).fail(6)),
        refused(
            "afterBytes: expected 0 or more, found -4",
            faults -> faults.on("find").closeMidReply(-4)),
        refused(
            "delay: expected 0 or more ns, found -1",
            faults -> faults.on("find").delay(Duration.ofNanos(-1))),
        refused("faults: expected at least one", faults -> faults.on("find").is()),
        refused(
            "killCursor: expected on getMore alone, found on [find]",
            faults -> faults.on("find").killCursor()),
        refused("killCursor: expected on getMore alone", faults -> faults.on().killCursor()),
        refused(
            "expected before the command", faults -> faults.on("getMore").afterCommand().fail(91)),
        refused(
            "expected before the command",
            faults -> faults.on("getMore").afterCommand().killCursor()),
        refused(
            "expected after the command",
            faults -> faults.on("find").is(new Fault.DuplicateReply())),
        refused(
            "expected after the command", faults -> faults.on("find").is(new Fault.GarbleReply())),
        refused(
            "expected after the command",
            faults -> faults.on("find").is(new Fault.CloseMidReply(1))));
  }

  @ParameterizedTest(name = "{index} {0}")
  @MethodSource("bad")
  void isRefused(String message, Consumer<Faults> rule) {
    assertThatThrownBy(() -> rule.accept(set.faults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anAliasIsANameTooAndMeansTheSame() throws InterruptedException {
    Faults.Handle handle = set.faults().on("ismaster").times(2).fail(6);
    try (Conversation client = new Conversation(set, 0, "admin")) {
      client.run("{ismaster: 1}");
      client.run("{isMaster: 1}");
    }
    assertThat(handle.hits()).isEqualTo(2);
  }

  @Test
  void aCommandOfALaterReleaseIsRefused() {
    try (FakeReplicaSet old =
        FakeReplicaSet.builder().virtualTime().serverVersion(ServerVersion.V7_0).start()) {
      assertThatThrownBy(() -> old.faults().on("bulkWrite").fail(6))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found bulkWrite");
    }
  }
}
