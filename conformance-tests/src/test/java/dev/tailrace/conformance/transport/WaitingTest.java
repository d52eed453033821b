package dev.tailrace.conformance.transport;

import static dev.tailrace.conformance.transport.Exchanges.PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.conformance.transport.Exchanges.Sent;
import dev.tailrace.engine.transport.Transport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A thread that waits is lent to the transport, and gets itself back. */
class WaitingTest extends TransportContract {

  @Test
  void endsWhenTheTimeIsOver() throws InterruptedException {
    Transport transport = connect(start(1)).transport();
    long until = transport.timers().nanoTime() + Duration.ofMillis(20).toNanos();

    while (transport.timers().nanoTime() < until) {
      transport.await(() -> false, until);
    }

    transport.await(() -> false, until); // That is over: it comes back.
  }

  @Test
  void doesNotBeginIfThereIsNothingToWaitFor() throws InterruptedException {
    Transport transport = connect(start(1)).transport();

    transport.await(() -> true, Long.MAX_VALUE);
  }

  @Test
  void anInterruptFromBeforeEndsIt() {
    Transport transport = connect(start(1)).transport();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> transport.await(() -> true, Long.MAX_VALUE))
        .isInstanceOf(InterruptedException.class);

    assertThat(Thread.interrupted()).as("the flag, which the exception has used up").isFalse();
  }

  @Test
  void anInterruptMeanwhileEndsIt() {
    Transport transport = connect(start(1)).transport();

    assertThatThrownBy(
            () ->
                transport.await(
                    () -> {
                      Thread.currentThread().interrupt();
                      return false;
                    },
                    Long.MAX_VALUE))
        .isInstanceOf(InterruptedException.class);

    assertThat(Thread.interrupted()).as("the flag, which the exception has used up").isFalse();
  }

  @Test
  void aLentThreadMayCarryItsExchangesAndNeedNot() throws InterruptedException {
    var set = start(1);
    Exchanges exchanges = connect(set);
    Exchanges.Cursor cursor = exchanges.watch(PRIMARY);
    Sent first;
    Sent afterwards;
    Sent waiting;

    try (Transport.Loan loan = exchanges.transport().lend()) {
      assertThat(loan).isNotNull();
      first = exchanges.send(PRIMARY, "{ping: 1}");
      first.awaitReply();
      afterwards = exchanges.send(PRIMARY, "{ping: 1}");
      waiting = exchanges.send(cursor.getMore());
    }

    afterwards.awaitReply();
    awaitWaiting(set, exchanges, 1);
    exchanges.run("{insert: 'c', documents: [{_id: 1}]}");
    waiting.awaitReply();
  }

  @Test
  void anInterruptedThreadLosesNoOutcome() throws InterruptedException {
    Exchanges exchanges = connect(start(1));
    Sent sent = exchanges.send(PRIMARY, "{ping: 1}");
    Thread.currentThread().interrupt();
    assertThatThrownBy(sent::await).isInstanceOf(InterruptedException.class);

    sent.awaitReply();
  }
}
