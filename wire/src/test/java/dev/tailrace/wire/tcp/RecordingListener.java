package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailed;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutStarted;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionCreated;
import dev.tailrace.wire.event.WireListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keeps what a transport tells, and waits for it with a generous deadline. */
final class RecordingListener implements WireListener {

  private static final long PATIENCE_SECONDS = 20;

  // Guarded by this.
  private final List<CommandEvent> commands = new ArrayList<>();
  private final List<ConnectionPoolEvent> pools = new ArrayList<>();

  @Override
  public synchronized void command(CommandEvent event) {
    commands.add(event);
    notifyAll();
  }

  @Override
  public synchronized void pool(ConnectionPoolEvent event) {
    pools.add(event);
    notifyAll();
  }

  synchronized List<CommandEvent> commands() {
    return List.copyOf(commands);
  }

  synchronized List<ConnectionPoolEvent> pools() {
    return List.copyOf(pools);
  }

  synchronized <E extends ConnectionPoolEvent> List<E> pools(Class<E> type) {
    return pools.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Waits for the {@code count}-th event of a kind. */
  synchronized <E extends ConnectionPoolEvent> E awaitPool(Class<E> type, int count)
      throws InterruptedException {
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (pools(type).size() < count) {
      long millis = TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime());
      assertThat(millis).as("%d of %s, so far %s", count, type, pools).isPositive();
      wait(millis);
    }
    return pools(type).get(count - 1);
  }

  /** Waits until so many events of commands are there. */
  synchronized List<CommandEvent> awaitCommands(int count) throws InterruptedException {
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (commands.size() < count) {
      long millis = TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime());
      assertThat(millis).as("%d commands, so far %s", count, commands).isPositive();
      wait(millis);
    }
    return commands();
  }

  /**
   * Waits until what was begun is over: each connection that was created is closed, each check-out
   * has failed or its connection is back, each command has succeeded or failed.
   */
  synchronized void awaitBalance() throws InterruptedException {
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isBalanced()) {
      long millis = TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime());
      assertThat(millis).as("left over: %s %s", pools, commands).isPositive();
      wait(millis);
    }
  }

  private synchronized boolean isBalanced() {
    int lent = pools(CheckedOut.class).size();
    long started = commands.stream().filter(CommandEvent.Started.class::isInstance).count();
    return pools(ConnectionCreated.class).size() == pools(ConnectionClosed.class).size()
        && pools(CheckOutStarted.class).size() == lent + pools(CheckOutFailed.class).size()
        && lent == pools(CheckedIn.class).size()
        && commands.size() == 2 * started;
  }
}
