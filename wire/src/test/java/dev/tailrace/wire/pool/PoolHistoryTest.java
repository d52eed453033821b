package dev.tailrace.wire.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.PoolOptions;
import dev.tailrace.wire.pool.PoolEffect.Announce;
import dev.tailrace.wire.pool.PoolEffect.Close;
import dev.tailrace.wire.pool.PoolEffect.Interrupt;
import dev.tailrace.wire.pool.PoolEffect.Lend;
import dev.tailrace.wire.pool.PoolEffect.Open;
import dev.tailrace.wire.pool.PoolEffect.Performer;
import dev.tailrace.wire.pool.PoolEffect.Refuse;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** What holds of a pool whatever happens to it, in histories drawn from a seed. */
class PoolHistoryTest {

  private static final int STEPS = 400;

  @Property(tries = 300)
  void theBooksAlwaysBalance(@ForAll long seed) {
    World world = new World(new Random(seed));
    for (int step = 0; step < STEPS; step++) {
      world.step();
      world.check();
    }
    world.end();
  }

  /** The requests and connections of one pool, as whoever drives it knows them. */
  private static final class World implements Performer {

    private final Random random;
    private final PoolOptions options;
    private final PoolMachine pool;

    private final Set<Long> waiting = new LinkedHashSet<>();
    private final Set<Long> farewells = new LinkedHashSet<>();
    private final Map<Long, Long> making = new HashMap<>(); // Connection to ticket, 0 for nobody.
    private final Map<Long, Long> lent = new HashMap<>();
    private final Set<Long> idle = new LinkedHashSet<>();
    private long lastTicket;
    private long lastServed;
    private int generation;
    private long nowNanos;

    World(Random random) {
      this.random = random;
      int maxPoolSize = random.nextInt(4);
      this.options =
          new PoolOptions(
              maxPoolSize,
              random.nextInt(maxPoolSize == 0 ? 3 : maxPoolSize + 1),
              Duration.ofNanos(random.nextInt(3) * 50L),
              1 + random.nextInt(3),
              Duration.ZERO);
      this.pool = new PoolMachine(new ServerAddress("a", 1), options);
      perform(pool.start());
    }

    void step() {
      nowNanos += random.nextInt(20);
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> ask(false);
        case 3 -> ask(true);
        case 4, 5 -> any(making).ifPresent(this::endMaking);
        case 6, 7, 8 -> any(lent).ifPresent(this::giveBack);
        case 9 -> perform(pool.ready(nowNanos));
        case 10 -> {
          if (random.nextInt(4) == 0) {
            perform(pool.clear(++generation, random.nextBoolean(), nowNanos));
          } else {
            perform(pool.tick(nowNanos));
          }
        }
        default ->
            waiting.stream()
                .skip(random.nextInt(waiting.size() + 1))
                .findFirst()
                .ifPresent(
                    ticket -> perform(pool.giveUp(ticket, CheckOutFailure.GIVEN_UP, nowNanos)));
      }
    }

    private void ask(boolean farewell) {
      long ticket = ++lastTicket;
      waiting.add(ticket);
      if (farewell) {
        farewells.add(ticket);
      }
      perform(pool.checkOut(ticket, farewell, nowNanos));
    }

    private void endMaking(long connectionId) {
      if (random.nextInt(4) == 0) {
        perform(pool.openFailed(connectionId, "no", nowNanos));
      } else {
        if (making.remove(connectionId, 0L)) {
          idle.add(connectionId); // Until it is said to be lent, or closed.
        }
        perform(pool.opened(connectionId, nowNanos));
      }
      assertThat(making).doesNotContainKey(connectionId);
    }

    private void giveBack(long connectionId) {
      lent.remove(connectionId);
      idle.add(connectionId); // Until it is said to be lent again, or closed.
      perform(pool.checkIn(connectionId, random.nextInt(4) > 0, nowNanos));
    }

    private Optional<Long> any(Map<Long, Long> connections) {
      List<Long> ids = new ArrayList<>(connections.keySet());
      return ids.isEmpty() ? Optional.empty() : Optional.of(ids.get(random.nextInt(ids.size())));
    }

    void check() {
      int all = making.size() + lent.size() + idle.size();
      if (options.maxPoolSize() > 0) {
        assertThat(all).isLessThanOrEqualTo(options.maxPoolSize() + 1);
      }
      assertThat(making.size()).isLessThanOrEqualTo(options.maxConnecting() + 1);
      if (!idle.isEmpty()) {
        assertThat(waiting).as("nobody waits in front of an idle connection").isEmpty();
      }
    }

    /** Everybody is answered, and everything closed. */
    void end() {
      perform(pool.close(nowNanos));
      assertThat(waiting).isEmpty();
      List.copyOf(making.keySet()).forEach(id -> perform(pool.openFailed(id, "no", nowNanos)));
      List.copyOf(lent.keySet()).forEach(this::giveBack);
      assertThat(making).isEmpty();
      assertThat(lent).isEmpty();
      assertThat(idle).isEmpty();
      assertThat(pool.wakeAtNanos()).isEmpty();
    }

    private void perform(List<PoolEffect> effects) {
      effects.forEach(effect -> effect.performBy(this));
    }

    @Override
    public void announce(Announce announce) {}

    @Override
    public void lend(Lend lend) {
      @Nullable Long maker = making.remove(lend.connectionId());
      if (maker == null) {
        assertThat(idle.remove(lend.connectionId())).as("idle: %s", lend).isTrue();
        served(lend.ticket());
      } else {
        assertThat(lend.ticket()).isEqualTo(maker);
      }
      assertThat(lent.put(lend.connectionId(), lend.ticket())).isNull();
    }

    @Override
    public void open(Open open) {
      open.ticket().ifPresent(this::served);
      assertThat(making.put(open.connectionId(), open.ticket().orElse(0))).isNull();
      assertThat(open.generation()).isEqualTo(generation);
    }

    /** In the order in which they asked, but for farewells. */
    private void served(long ticket) {
      assertThat(waiting.remove(ticket)).as("ticket %d waits", ticket).isTrue();
      if (!farewells.contains(ticket)) {
        assertThat(ticket).isGreaterThan(lastServed);
        lastServed = ticket;
      }
    }

    @Override
    public void refuse(Refuse refuse) {
      waiting.remove(refuse.ticket());
    }

    @Override
    public void interrupt(Interrupt interrupt) {
      assertThat(idle).doesNotContain(interrupt.connectionId());
    }

    @Override
    public void close(Close close) {
      boolean known =
          idle.remove(close.connectionId()) || making.remove(close.connectionId()) != null;
      assertThat(known).as("neither lent nor closed before: %s", close).isTrue();
    }
  }
}
