package dev.tailrace.conformance.transport;

import static dev.tailrace.conformance.transport.Exchanges.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.transport.Exchanges.Sent;
import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.TimeLimit;
import dev.tailrace.engine.transport.Timers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.junit.jupiter.api.Test;

/** A request's time limit ends it, and the server is told of it where that is asked for. */
class TimeLimitTest extends TransportContract {

  private static Request find(Exchanges exchanges, Duration limit, OptionalLong mostMaxTimeMillis) {
    long untilNanos = exchanges.transport().timers().nanoTime() + limit.toNanos();
    return new Request(
        PRIMARY,
        Exchanges.DATABASE,
        BsonDocument.parse("{find: 'c'}"),
        Optional.of(new TimeLimit(untilNanos, mostMaxTimeMillis)));
  }

  @Test
  void endsWhatIsNotAnsweredInTime() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    set.faults().on("find").halfOpen();
    Request request = find(exchanges, Duration.ofMillis(300), OptionalLong.empty());

    Sent sent = exchanges.send(request);
    Failed failed = sent.awaitFailure();

    assertThat(failed.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(exchanges.transport().timers().nanoTime())
        .isGreaterThanOrEqualTo(request.timeLimit().orElseThrow().untilNanos());
    exchanges.run("{ping: 1}");
    assertThat(sent.outcomes()).hasSize(1);
  }

  @Test
  void endsLookingForAServer() throws InterruptedException {
    var set = start(3);
    set.member(1).crash();
    set.member(2).crash(); // Without a majority the last one steps down.
    assertThat(set.primary()).isEmpty();
    Exchanges exchanges = connect(set);

    Failed failed =
        exchanges
            .send(find(exchanges, Duration.ofMillis(300), OptionalLong.empty()))
            .awaitFailure();

    assertThat(failed.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(reached(set, "find")).isEmpty();
  }

  @Test
  void nothingIsSentWhenItIsOver() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");

    Failed failed =
        exchanges.send(find(exchanges, Duration.ZERO, OptionalLong.empty())).awaitFailure();

    assertThat(failed.reason()).isEqualTo(Reason.TIMEOUT);
    exchanges.run("{ping: 1}");
    assertThat(reached(set, "find")).isEmpty();
  }

  @Test
  void theServerIsToldTheTimeLeftOrLessOrNothing() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    exchanges.run("{ping: 1}");
    Duration hour = Duration.ofHours(1);

    exchanges.send(find(exchanges, hour, OptionalLong.of(Long.MAX_VALUE))).awaitReply();
    exchanges.send(find(exchanges, hour, OptionalLong.of(250))).awaitReply();
    exchanges.send(find(exchanges, hour, OptionalLong.empty())).awaitReply();

    List<BsonDocument> finds = arrived(set, "find");
    assertThat(finds.get(0).getInt64("maxTimeMS").getValue()).isBetween(1L, hour.toMillis());
    assertThat(finds.get(1).getInt64("maxTimeMS")).isEqualTo(new BsonInt64(250));
    assertThat(finds.get(2)).doesNotContainKey("maxTimeMS");
  }

  @Test
  void alarmsRingOnceAndNotBeforeTheirTime() throws InterruptedException {
    Exchanges exchanges = connect(start(1));
    Timers timers = exchanges.transport().timers();
    long begin = timers.nanoTime();
    long atNanos = begin + Duration.ofMillis(20).toNanos();
    List<Long> rung = new CopyOnWriteArrayList<>();
    List<Long> dropped = new CopyOnWriteArrayList<>();

    timers.schedule(atNanos, () -> dropped.add(timers.nanoTime())).cancel();
    timers.schedule(atNanos, () -> rung.add(timers.nanoTime()));
    exchanges.await("the alarm", () -> !rung.isEmpty());
    timers.schedule(timers.nanoTime(), () -> rung.add(timers.nanoTime()));
    exchanges.await("the second alarm", () -> rung.size() == 2);

    assertThat(begin).isNotNegative();
    assertThat(rung.get(0)).isGreaterThanOrEqualTo(atNanos);
    assertThat(dropped).isEmpty();
  }
}
