package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.event.EventDecoder;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

/** What a machine's caller may not do, and what it has to do. */
class MachineMisuseTest {

  private final ChangeStreamMachine<RawBsonDocument> machine =
      new ChangeStreamMachine<>(
          WatchTarget.cluster(),
          ChangeStreamOptions.DEFAULTS,
          EventDecoder.raw(),
          /* prefetch= */ false,
          new BsonDocument(),
          () -> 0);

  @Test
  void aStreamIsOpenedOnceAndFirst() {
    assertThatThrownBy(() -> machine.pull(Patience.untilEvent(), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not open");
    machine.open(0);
    assertThatThrownBy(() -> machine.open(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("opened before");
    assertThatThrownBy(() -> machine.pull(Patience.untilEvent(), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not open");
  }

  @Test
  void oneAsksAtATime() {
    Conversation conversation = new Conversation();
    conversation.say("watch collection shop.orders");
    conversation.say("open");
    conversation.say("batch #1 id=77");
    conversation.say("next");

    assertThatThrownBy(() -> conversation.say("next"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not answered");
  }

  @Test
  void aStreamIsAliveUntilItIsOver() {
    assertThat(machine.isAlive()).isTrue();
    machine.open(0);
    assertThat(machine.isAlive()).isTrue();
    machine.close(0);
    assertThat(machine.isAlive()).isFalse();
  }

  @Test
  void everyEffectIsForItsOwnCase() {
    Request request =
        new Request(new Target.AnyEligible(ReadPreference.PRIMARY), "shop", new BsonDocument());
    List<Effect> effects =
        List.of(
            new Effect.Send(1, request),
            new Effect.Abandon(2),
            new Effect.Forget(request, 3),
            new Effect.Notify(new StreamEvent.Ended("closed")));
    List<Effect> matched = new ArrayList<>();

    effects.forEach(
        effect ->
            effect.match(
                new Effect.Cases() {
                  @Override
                  public void send(Effect.Send send) {
                    matched.add(send);
                  }

                  @Override
                  public void abandon(Effect.Abandon abandon) {
                    matched.add(abandon);
                  }

                  @Override
                  public void forget(Effect.Forget forget) {
                    matched.add(forget);
                  }

                  @Override
                  public void notify(Effect.Notify notify) {
                    matched.add(notify);
                  }
                }));

    assertThat(matched).isEqualTo(effects);
  }

  @Test
  void whatIsTooFarAwayToTellIsNever() {
    assertThat(Step.after(5, Duration.ofNanos(7))).isEqualTo(12);
    assertThat(Step.after(5, Duration.ofDays(200_000))).isEqualTo(Step.NEVER);
    assertThat(Step.after(Long.MAX_VALUE - 1, Duration.ofNanos(2))).isEqualTo(Step.NEVER);
  }

  /** A transport that never answers must not fill the memory. */
  @Test
  void onlySoManyAggregatesAreRemembered() {
    Orphans orphans = new Orphans();
    for (long exchange = 0; exchange <= 1_000; exchange++) {
      orphans.add(exchange, exchange);
    }

    assertThat(orphans.remove(0)).isFalse();
    assertThat(orphans.remove(1)).isTrue();
    assertThat(orphans.remove(1_000)).isTrue();
    assertThat(orphans.nextDeadlineNanos()).isEqualTo(2);
  }
}
