package dev.tailrace.conformance.transport;

import static dev.tailrace.conformance.transport.Exchanges.PRIMARY;

import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No thread outlives its transport. Virtual ones are not seen here; what they would hold on to, the
 * connections, is ({@link CloseTest}). Isolated, because it looks at all threads there are.
 */
@Isolated
class LeakTest {

  @ParameterizedTest
  @EnumSource
  void noThreadIsLeft(TransportUnderTest kind) throws InterruptedException {
    try (FakeReplicaSet set = kind.set().members(3).start()) {
      use(kind, set); // The process itself starts a thread or two the first time.
      Set<Thread> before = threads();

      use(kind, set);

      awaitNoOtherThan(before);
    }
  }

  private static void use(TransportUnderTest kind, FakeReplicaSet set) throws InterruptedException {
    Exchanges exchanges = new Exchanges(kind.open(set, ""));
    exchanges.send(exchanges.watch(PRIMARY).getMore()).abandon();
    exchanges.send(exchanges.watch(PRIMARY).getMore());
    exchanges.run("{ping: 1}");
    long late = exchanges.transport().timers().nanoTime() + Duration.ofHours(1).toNanos();
    exchanges.transport().timers().schedule(late, () -> {});
    exchanges.transport().close();
  }

  private static void awaitNoOtherThan(Set<Thread> before) {
    try {
      Eventually.await("no thread is left", () -> before.containsAll(threads()));
    } catch (AssertionError left) {
      Set<Thread> those = threads();
      those.removeAll(before);
      throw new AssertionError("left are " + those, left);
    }
  }

  /** All but those that carry virtual threads, which are the machine's. */
  private static Set<Thread> threads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(LeakTest::isCarrier);
    return threads;
  }

  private static boolean isCarrier(Thread thread) {
    @Nullable ThreadGroup group = thread.getThreadGroup();
    return group != null && group.getName().equals("CarrierThreads");
  }
}
