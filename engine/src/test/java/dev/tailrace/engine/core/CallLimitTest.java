package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.event.EventDecoder;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.TimeLimit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

/**
 * What a request may take: client-side operations timeout specification, "Change Streams". Times
 * are in seconds.
 */
class CallLimitTest {

  private static final ServerRef SERVER =
      new ServerRef("a:27017", 25, ServerKind.REPLICA_SET_MEMBER);

  private static final DocumentSlice EMPTY =
      Conversation.slice(
          BsonDocument.parse(
              "{cursor: {id: {$numberLong: '7'}, ns: 'shop.orders', nextBatch: []}, ok: 1}"));

  @Test
  void withoutATimeoutRequestsHaveNoLimit() {
    ChangeStreamMachine<RawBsonDocument> machine = machine(ChangeStreamOptions.builder());

    assertThat(limitOf(machine.open(0))).isEmpty();
  }

  /** Opening has the whole of it; the server is told what is left. */
  @Test
  void theAggregateHasAllThatIsLeft() {
    ChangeStreamMachine<RawBsonDocument> machine = machine(tenSeconds());

    assertThat(limitOf(machine.open(seconds(1))))
        .contains(limit(11, OptionalLong.of(Long.MAX_VALUE)));
  }

  /** Each call has it anew, and for all its getMores together. */
  @Test
  void aCallsGetMoresHaveItTogether() {
    ChangeStreamMachine<RawBsonDocument> machine = machine(tenSeconds());
    machine.open(0);
    machine.onReply(1, SERVER, EMPTY, seconds(2));

    assertThat(limitOf(machine.pull(Patience.untilEvent(), seconds(3))))
        .contains(limit(13, OptionalLong.empty()));
    assertThat(limitOf(machine.onReply(2, SERVER, EMPTY, seconds(7))))
        .contains(limit(13, OptionalLong.empty()));
  }

  /**
   * The answer was on its way when time was over: the cursor is good, and nothing more is begun.
   */
  @Test
  void aCallThatIsOutOfTimeSendsNoFurtherGetMore() {
    ChangeStreamMachine<RawBsonDocument> machine = machine(tenSeconds());
    machine.open(0);
    machine.onReply(1, SERVER, EMPTY, 0);
    machine.pull(Patience.untilEvent(), 0);

    Step<RawBsonDocument> late = machine.onReply(2, SERVER, EMPTY, seconds(10));

    assertThat(late.answer()).isInstanceOf(Answer.TimedOut.class);
    assertThat(late.effects()).noneMatch(effect -> !(effect instanceof Effect.Notify));
    assertThat(limitOf(machine.pull(Patience.untilEvent(), seconds(11))))
        .contains(limit(21, OptionalLong.empty()));
  }

  /** And for the resume. */
  @Test
  void aResumeHasWhatItsCallHasLeft() {
    ChangeStreamMachine<RawBsonDocument> machine = machine(tenSeconds());
    machine.open(0);
    machine.onReply(1, SERVER, EMPTY, seconds(2));
    machine.pull(Patience.untilEvent(), seconds(3));

    assertThat(limitOf(machine.onFailure(2, network(), seconds(5))))
        .contains(limit(13, OptionalLong.of(Long.MAX_VALUE)));
  }

  /** maxAwaitTimeMS is the most that a getMore tells of as its maxTimeMS. */
  @Test
  void aGetMoreTellsOfMaxAwaitTimeAtTheMost() {
    ChangeStreamMachine<RawBsonDocument> machine =
        machine(tenSeconds().maxAwaitTime(Duration.ofSeconds(4)));
    machine.open(0);
    machine.onReply(1, SERVER, EMPTY, 0);

    assertThat(limitOf(machine.pull(Patience.untilEvent(), 0)))
        .contains(limit(10, OptionalLong.of(4_000)));
  }

  /** What is told to a server that is not to wait at all needs no transport to make it less. */
  @Test
  void aServerThatIsNotToWaitIsToldSoWhateverTheTimeLeft() {
    ChangeStreamMachine<RawBsonDocument> machine =
        machine(tenSeconds().maxAwaitTime(Duration.ZERO));
    machine.open(0);
    machine.onReply(1, SERVER, EMPTY, 0);

    Request getMore = request(machine.pull(Patience.untilEvent(), 0));

    assertThat(getMore.command().getInt64("maxTimeMS").getValue()).isZero();
    assertThat(getMore.timeLimit()).contains(limit(10, OptionalLong.empty()));
  }

  /** A subscriber's demand is no call, so each exchange has the timeout to itself. */
  @Test
  void withoutACallEachExchangeHasItAnew() {
    ChangeStreamMachine<RawBsonDocument> machine = machine(tenSeconds());
    machine.open(0);
    machine.onReply(1, SERVER, EMPTY, seconds(2));

    assertThat(limitOf(machine.pull(Patience.ofDemand(false), seconds(3))))
        .contains(limit(13, OptionalLong.empty()));
    assertThat(limitOf(machine.onReply(2, SERVER, EMPTY, seconds(7))))
        .contains(limit(17, OptionalLong.empty()));
  }

  private static ChangeStreamOptions.Builder tenSeconds() {
    return ChangeStreamOptions.builder().timeout(Duration.ofSeconds(10));
  }

  private static ChangeStreamMachine<RawBsonDocument> machine(ChangeStreamOptions.Builder options) {
    return new ChangeStreamMachine<>(
        WatchTarget.collection("shop", "orders"),
        options.build(),
        EventDecoder.raw(),
        /* prefetch= */ false,
        new BsonDocument(),
        () -> 0);
  }

  /** The limit of the one request that a step sends. */
  private static Optional<TimeLimit> limitOf(Step<RawBsonDocument> step) {
    return request(step).timeLimit();
  }

  private static Request request(Step<RawBsonDocument> step) {
    List<Effect.Send> sent =
        step.effects().stream()
            .filter(Effect.Send.class::isInstance)
            .map(Effect.Send.class::cast)
            .toList();
    assertThat(sent).hasSize(1);
    return sent.get(0).request();
  }

  private static TimeLimit limit(long untilSeconds, OptionalLong mostMaxTimeMillis) {
    return new TimeLimit(seconds(untilSeconds), mostMaxTimeMillis);
  }

  private static Outcome.Failed network() {
    return new Outcome.Failed(null, Outcome.Reason.NETWORK, "reset", null);
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
