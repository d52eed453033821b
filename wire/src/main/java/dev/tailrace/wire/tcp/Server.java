package dev.tailrace.wire.tcp;

import dev.tailrace.wire.topology.ServerAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One server of the deployment with all that is kept for it: its pool, its checks, its load. */
final class Server {

  private final ServerAddress address;
  private final TransportSettings settings;
  private final ConnectionPool pool;
  private final CheckLink checks;
  private final CheckLink samples;
  private final RoundTripMeter roundTrips = new RoundTripMeter();
  private final AtomicInteger operationCount = new AtomicInteger();

  /** A server whose checks begin now; a load balancer is not checked. */
  Server(
      ServerAddress address,
      TransportSettings settings,
      ThreadFactory threads,
      ConnectionPool.Shared pools,
      Deployment deployment) {
    this.address = address;
    this.settings = settings;
    this.pool =
        new ConnectionPool(
            address,
            pools,
            connection -> Opening.forNobody(connection, pool(), settings, deployment));
    this.pool.start();
    this.checks = new CheckLink(address, settings.forChecks());
    this.samples = new CheckLink(address, settings.forChecks());
    if (settings.options().loadBalanced()) {
      return;
    }
    RoundTripSampler sampler = new RoundTripSampler(settings, samples, roundTrips);
    AtomicBoolean sampling = new AtomicBoolean();
    Runnable startSampling =
        () -> {
          if (!sampling.getAndSet(true)) {
            threads.newThread(sampler).start();
          }
        };
    threads
        .newThread(
            new ServerMonitor(address, settings, checks, roundTrips, deployment, startSampling))
        .start();
  }

  ServerAddress address() {
    return address;
  }

  /** What connections to it are opened by. */
  TransportSettings settings() {
    return settings;
  }

  ConnectionPool pool() {
    return pool;
  }

  CheckLink checks() {
    return checks;
  }

  long roundTripNanos() {
    return roundTrips.averageNanos();
  }

  /** What the shortest way to the server and back takes. */
  long minRoundTripNanos() {
    return roundTrips.minNanos();
  }

  /** How many operations of this client the server is running (server selection specification). */
  AtomicInteger operationCount() {
    return operationCount;
  }

  /** Ends the checks, and the pool once its connections are back. */
  void close() {
    checks.close();
    samples.close();
    pool.close();
  }
}
