package dev.tailrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.cli.demo.Ledger.Account;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/** The ledger counts each way in which an event can go wrong, and no other. */
class LedgerTest {

  private final Ledger ledger = new Ledger();

  @Test
  void allIsWell() {
    write(0, 1, 2);
    deliver(0, 1, 2);
    assertAccount(3, 3, 0, 0, 0);
    assertThat(ledger.account().isClean()).isTrue();
  }

  @Test
  void aWriteWithoutItsEventIsLost() {
    write(0, 1, 2);
    deliver(0, 2);
    assertAccount(3, 2, 1, 0, 0, "lost: write 1");
  }

  @Test
  void anEventThatCameBeforeIsRepeated() {
    write(0, 1);
    deliver(0, 1, 1);
    assertAccount(2, 3, 0, 1, 0, "repeated: {\"number\": 1}");
  }

  @Test
  void anOlderEventThatCameBeforeIsRepeatedAndNotOutOfOrder() {
    write(0, 1);
    deliver(0, 1, 0);
    assertAccount(2, 3, 0, 1, 0, "repeated: {\"number\": 0}");
  }

  @Test
  void anEventOfNoWriteCountsAsRepeated() {
    write(0);
    deliver(0);
    deliver(7);
    assertThat(ledger.account().repeated()).isEqualTo(1);
    assertThat(ledger.account().isClean()).isFalse();
  }

  @Test
  void anEventBehindThatOfALaterWriteIsOutOfOrder() {
    write(0, 1, 2);
    deliver(0, 2, 1);
    assertAccount(3, 3, 0, 0, 1, "out of order, after 2: {\"number\": 1}");
  }

  @Test
  void anEventMayComeBeforeItsWriteIsAcknowledged() {
    ledger.begun(0);
    deliver(0);
    ledger.ended(0, true);
    assertAccount(1, 1, 0, 0, 0);
  }

  @Test
  void nobodyKnowsWhetherAFailedWriteHasAnEvent() {
    ledger.begun(0);
    ledger.ended(0, false);
    ledger.begun(1);
    ledger.ended(1, false);
    deliver(1);
    assertAccount(1, 1, 0, 0, 0);
  }

  private void write(int... numbers) {
    for (int number : numbers) {
      ledger.begun(number);
      ledger.ended(number, true);
    }
  }

  private void deliver(int... numbers) {
    for (int number : numbers) {
      ledger.delivered(number, BsonDocument.parse("{number: %d}".formatted(number)));
    }
  }

  private void assertAccount(
      long written,
      long delivered,
      long lost,
      long repeated,
      long outOfOrder,
      String... complaints) {
    assertThat(ledger.account())
        .isEqualTo(
            new Account(written, delivered, lost, repeated, outOfOrder, List.of(complaints)));
    assertThat(ledger.account().isClean()).isEqualTo(complaints.length == 0);
  }
}
