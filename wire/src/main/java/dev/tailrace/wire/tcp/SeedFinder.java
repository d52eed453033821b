package dev.tailrace.wire.tcp;

import dev.tailrace.wire.dns.DnsException;
import dev.tailrace.wire.dns.DnsResolver;
import dev.tailrace.wire.dns.SeedList;
import dev.tailrace.wire.dns.SrvName;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the seeds of a {@code mongodb+srv} deployment, on a thread of its own, and looks for them
 * again as long as the deployment is one of routers (polling SRV records specification).
 *
 * <p>A deployment that was never found is looked for at every interval between checks: whoever
 * waits for a server hears of it by the time that it would wait for one.
 */
final class SeedFinder implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(SeedFinder.class);

  /** Takes what is found. Called without a lock held. */
  interface Listener {

    /** The deployment was found. Called once. */
    void onFound(ConnectionString resolved);

    /** It was not, for now. */
    void onNotFound(String why);

    /** The hosts that are in use; empty where no other ones are wanted any more. */
    Optional<Set<ServerAddress>> replaceableHosts();

    /** The hosts were looked for again. */
    void onHosts(Set<ServerAddress> hosts);
  }

  private final SrvSeeds seeds;
  private final Duration heartbeatFrequency;
  private final DnsResolver resolver;
  private final Listener listener;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by the lock. */
  private boolean closed;

  /** Only the thread that runs this looks at it. */
  private boolean found;

  SeedFinder(SrvSeeds seeds, Duration heartbeatFrequency, DnsResolver resolver, Listener listener) {
    this.seeds = seeds;
    this.heartbeatFrequency = heartbeatFrequency;
    this.resolver = resolver;
    this.listener = listener;
  }

  @Override
  public void run() {
    Optional<Duration> pause = look();
    while (pause.isPresent() && rest(pause.get())) {
      pause = look();
    }
  }

  /** Looks once. Returns when to look again, counted from now; empty for never. */
  Optional<Duration> look() {
    return Optional.of(found ? again() : first()).filter(next -> isStillWanted());
  }

  /** Ends {@link #run}, once DNS has answered where it is being asked. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isStillWanted() {
    return !found || listener.replaceableHosts().isPresent();
  }

  private Duration first() {
    SrvName name = seeds.name();
    try {
      SeedList list = SeedList.initial(name, resolver);
      Optional<String> txt = SeedList.defaults(name, resolver);
      List<ServerAddress> hosts =
          List.copyOf(list.choose(Set.of(), seeds.maxHosts(), SeedFinder::random));
      listener.onFound(seeds.resolve(hosts, txt));
      found = true;
      return list.rescanAfter();
    } catch (DnsException | ConnectionStringException e) {
      LOG.warn("hosts of {}: {}", name, e.getMessage());
      listener.onNotFound(String.valueOf(e.getMessage()));
      return heartbeatFrequency;
    }
  }

  /** Whatever goes wrong now changes nothing: the hosts that are known may do. */
  private Duration again() {
    SrvName name = seeds.name();
    Optional<Set<ServerAddress>> inUse = listener.replaceableHosts();
    try {
      SeedList list = SeedList.of(name, resolver.srv(name.srvQuery()));
      if (!list.refused().isEmpty()) {
        LOG.warn("hosts of {}: left out those of other domains: {}", name, list.refused());
      }
      if (list.hosts().isEmpty()) {
        LOG.warn("hosts of {}: there are none any more; those that are known stay", name);
        return heartbeatFrequency;
      }
      inUse.ifPresent(
          hosts -> listener.onHosts(list.choose(hosts, seeds.maxHosts(), SeedFinder::random)));
      return list.rescanAfter();
    } catch (DnsException e) {
      LOG.warn("hosts of {}: {}; those that are known stay", name, e.getMessage());
      return heartbeatFrequency;
    }
  }

  private static int random(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }

  /** Whether to go on after {@code pause}. */
  private boolean rest(Duration pause) {
    long untilNanos = System.nanoTime() + pause.toNanos();
    lock.lock();
    try {
      for (long left = pause.toNanos(); !closed && left > 0; ) {
        changed.awaitNanos(left);
        left = untilNanos - System.nanoTime();
      }
      return !closed;
    } catch (InterruptedException e) {
      return false; // Nobody but the JVM's end interrupts this thread.
    } finally {
      lock.unlock();
    }
  }
}
