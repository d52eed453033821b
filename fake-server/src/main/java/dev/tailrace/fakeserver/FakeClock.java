package dev.tailrace.fakeserver;

import dev.tailrace.fakeserver.network.CoreHost;
import dev.tailrace.fakeserver.network.TcpHost;
import dev.tailrace.fakeserver.network.VirtualHost;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The clock that a {@link FakeReplicaSet} lives by. Thread-safe. */
public final class FakeClock {

  private final CoreHost host;

  FakeClock(CoreHost host) {
    this.host = host;
  }

  /** Nanoseconds since the set was started, by its own clock. */
  public long nanoTime() {
    return host.nowNanos();
  }

  /**
   * The members' wall clock, in milliseconds since 1970. In real time it is the machine's, but for
   * what it was advanced and made to jump.
   */
  public long wallMillis() {
    // The set's own clock stands where its last input left it.
    return host.look(
        core ->
            core.set().wallMillis()
                - TimeUnit.NANOSECONDS.toMillis(core.set().nowNanos())
                + TimeUnit.NANOSECONDS.toMillis(host.nowNanos()));
  }

  /**
   * Moves time on. In virtual time everything that is due on the way happens on the way; in real
   * time, where the clock runs anyway, it all happens at the end.
   */
  public void advance(Duration time) {
    if (host instanceof VirtualHost virtual) {
      virtual.advanceTo(virtual.nowNanos() + time.toNanos());
    } else if (host instanceof TcpHost tcp) {
      tcp.advance(time.toNanos());
    }
  }

  /** Sets the members' wall clock forward or back; timeouts do not notice, cluster times do. */
  public void jump(Duration by) {
    host.apply((core, now) -> core.jumpWallClock(by.toMillis(), now));
  }
}
