package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.WatchTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Demand is the subscriber's, and batches are the server's. */
class PublisherDemandTest extends PublisherFixture {

  @Test
  void withoutDemandNothingIsAskedFor() throws Exception {
    subscribe();
    transport.take("aggregate").batch(77, "t1", "a", "b");

    assertThat(subscriber.signals).isEmpty();
    assertThat(transport.isQuiet()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "3, 5", "5, 3", "7, 1", "4, 4"})
  void demandIsHonouredToTheLetter(int demand, int batchSize) {
    GeneratingTransport server = new GeneratingTransport(1000, batchSize, Runnable::run);
    ChangeStreams.watch(server, WatchTarget.collection("shop", "orders"))
        .publisher()
        .subscribe(subscriber);
    assertThat(subscriber.signals).isEmpty();

    subscriber.request(demand);
    assertThat(subscriber.signals).hasSize(demand);
    subscriber.request(demand);
    assertThat(subscriber.signals).hasSize(2 * demand);

    assertThat(server.getMores.get())
        .as("no batch is fetched that nobody needs, but for one ahead")
        .isBetween((2 * demand - 1) / batchSize + 1, (2 * demand - 1) / batchSize + 2);
    subscriber.cancel();
    assertThat(server.cursorsOpen()).isZero();
    assertThat(server.sessionsOpen).hasValue(0);
  }

  @Test
  void demandWithoutEndReadsToTheEnd() {
    GeneratingTransport server = new GeneratingTransport(1000, 7, Runnable::run);
    ChangeStreams.watch(server, WatchTarget.collection("shop", "orders"))
        .publisher()
        .subscribe(subscriber);

    subscriber.request(Long.MAX_VALUE);
    subscriber.request(Long.MAX_VALUE);

    assertThat(subscriber.signals).hasSize(1001).last().isEqualTo("complete");
  }

  @Test
  void demandAddsUpUntilItIsWithoutEnd() throws Exception {
    open();
    subscriber.request(Long.MAX_VALUE - 1);
    subscriber.request(Long.MAX_VALUE - 1);
    transport.take("getMore").batch(77, "t2", "a", "b");

    assertThat(subscriber.signals).containsExactly("a", "b");
    transport.take("getMore");
  }

  @Test
  void whatIsRequestedBeforeTheStreamIsOpenWaits() throws Exception {
    subscriber.requestAtOnce = 1;
    subscribe();
    ScriptedTransport.Sent aggregate = transport.take("aggregate");
    subscriber.request(1);
    assertThat(subscriber.signals).isEmpty();

    aggregate.batch(77, "t1", "a", "b", "c");

    assertThat(subscriber.signals).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void aRequestOfNothingIsAnError(long n) throws Exception {
    open();

    subscriber.request(n);

    assertThat(subscriber.signals).containsExactly("error");
    assertThat(subscriber.failure)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3.9");
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  @Test
  void aRequestOfNothingWhileSubscribingIsAnError() throws Exception {
    subscriber.requestAtOnce = -1;
    subscribe();

    assertThat(subscriber.signals).containsExactly("error");
    transport.take("aggregate").batch(77, "t1");
    assertCursorIsKilled(77);
    assertNothingIsLeft();
  }

  /** The event that was on its way stays in front of the token. */
  @Test
  void aBadRequestOvertakesAnEvent() throws Exception {
    open(tasks::add);
    subscriber.request(1);
    runTasks();
    transport.take("getMore").batch(77, "t2", "a");
    subscriber.request(0);
    runTasks();

    assertThat(subscriber.signals).containsExactly("error");
    assertThat(subscriber.subscription().resumeToken()).contains(ResumeToken.ofData("t1"));
  }

  /** A million events, each requested by the signal before, and no deeper stack for it. */
  @Test
  void aRequestFromASignalDoesNotRecurse() {
    int events = 1_000_000;
    GeneratingTransport server = new GeneratingTransport(events, 1000, Runnable::run);
    subscriber.requestFromNext = 1;
    subscriber.keepsSignals = false;
    ChangeStreams.watch(server, WatchTarget.collection("shop", "orders"))
        .publisher()
        .subscribe(subscriber);

    subscriber.request(1);

    assertThat(subscriber.count).isEqualTo(events);
    assertThat(subscriber.isOrdered).isTrue();
    assertThat(subscriber.signals).containsExactly("complete");
    assertThat(subscriber.deepest).as("onNext within onNext").isEqualTo(1);
  }
}
