package dev.tailrace.fakeserver.network;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.TimeLimit;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever an exchange waits for, it ends when its time is over; in virtual time. */
class LoopbackTimeLimitTest {

  private static final Duration LIMIT = Duration.ofMillis(300);
  private static final OptionalLong NOT_TOLD = OptionalLong.empty();

  private final FakeReplicaSet set = FakeReplicaSet.builder().members(3).virtualTime().start();
  private final Transport transport = set.transport();

  @AfterEach
  void stop() {
    transport.close();
    set.close();
  }

  @Test
  void itIsOverWhileLookingForAServer() throws InterruptedException {
    set.network().cutOff(0);

    Outcome.Failed failed = timeout(ping(LIMIT, NOT_TOLD));

    assertThat(transport.timers().nanoTime()).isEqualTo(LIMIT.toNanos());
    assertThat(failed.server()).isNull();
    assertThat(failed.message())
        .startsWith("the time limit of 300 ms for ping was over while looking for a server")
        .contains(set.member(0).address());
  }

  @Test
  void itIsOverWhileWaitingForTheReply() throws InterruptedException {
    set.faults().on("ping").dropReply();

    Outcome.Failed failed = timeout(ping(LIMIT, NOT_TOLD));

    assertThat(transport.timers().nanoTime()).isEqualTo(LIMIT.toNanos());
    assertThat(failed.server()).isNotNull();
    assertThat(failed.message())
        .endsWith("was over while waiting for the reply of " + set.member(0).address());
    assertThat(ping(LIMIT, NOT_TOLD)).isInstanceOf(Outcome.Replied.class);
  }

  @Test
  void onceItIsOverNothingIsSent() throws InterruptedException {
    assertThat(timeout(ping(Duration.ZERO, NOT_TOLD)).message()).endsWith("before it began");

    assertThat(set.history().commands("ping")).isEmpty();
  }

  @Test
  void withNoTimeForTheServerNothingIsSent() throws InterruptedException {
    Outcome.Failed failed = timeout(ping(LIMIT, OptionalLong.of(0)));

    assertThat(failed.message()).endsWith("before it was sent to " + set.member(0).address());
    assertThat(set.history().commands("ping")).isEmpty();
  }

  @Test
  void theServerIsToldWhatIsLeftAndNoMoreThanTheMost() throws InterruptedException {
    ping(LIMIT, OptionalLong.of(Long.MAX_VALUE));
    ping(LIMIT, OptionalLong.of(200));
    ping(LIMIT, NOT_TOLD);

    assertThat(set.history().commands("ping"))
        .extracting(event -> requireNonNull(event.document()).get("maxTimeMS"))
        .containsExactly(new BsonInt64(300), new BsonInt64(200), null);
  }

  @Test
  void anAnswerInTimeIsTheOnlyOutcome() throws InterruptedException {
    assertThat(ping(LIMIT, NOT_TOLD)).isInstanceOf(Outcome.Replied.class);

    set.clock().advance(LIMIT.multipliedBy(2)); // A second outcome would fail the test.
  }

  @Test
  void besideASetInRealTimeTheMachinesClockCounts() throws InterruptedException {
    try (var real = FakeReplicaSet.start(1);
        Transport beside = real.transport()) {
      real.faults().on("ping").dropReply();

      timeout(ping(beside, Duration.ofMillis(50), NOT_TOLD));
    }
  }

  private Outcome ping(Duration limit, OptionalLong mostMaxTimeMillis) throws InterruptedException {
    return ping(transport, limit, mostMaxTimeMillis);
  }

  private static Outcome ping(Transport transport, Duration limit, OptionalLong mostMaxTimeMillis)
      throws InterruptedException {
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    Thread waiting = Thread.currentThread();
    long now = transport.timers().nanoTime();
    transport.send(
        new Request(
            new Target.AnyEligible(ReadPreference.PRIMARY),
            "d",
            BsonDocument.parse("{ping: 1}"),
            Optional.of(new TimeLimit(now + limit.toNanos(), mostMaxTimeMillis))),
        result -> {
          assertThat(outcome.getAndSet(result)).as("an earlier outcome").isNull();
          LockSupport.unpark(waiting);
        });
    long until = now + Duration.ofMinutes(1).toNanos();
    while (outcome.get() == null && transport.timers().nanoTime() < until) {
      transport.await(() -> outcome.get() != null, until);
    }
    return requireNonNull(outcome.get(), "no outcome in a minute");
  }

  private static Outcome.Failed timeout(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    Outcome.Failed failed = (Outcome.Failed) outcome;
    assertThat(failed.reason()).isEqualTo(Outcome.Reason.TIMEOUT);
    return failed;
  }
}
