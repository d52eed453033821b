package dev.tailrace.wire.tcp;

import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.topology.BadHelloException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Measures the round trips to one server whose hellos are streamed, on one more connection (server
 * monitoring specification, "Measuring RTT"). What goes wrong here says nothing of the server: its
 * monitor will notice.
 */
final class RoundTripSampler implements Runnable {

  private final TransportSettings settings;
  private final CheckLink link;
  private final RoundTripMeter roundTrips;

  RoundTripSampler(TransportSettings settings, CheckLink link, RoundTripMeter roundTrips) {
    this.settings = settings;
    this.link = link;
    this.roundTrips = roundTrips;
  }

  @Override
  public void run() {
    Duration frequency = settings.options().heartbeatFrequency();
    while (!link.isClosed()) {
      try {
        roundTrips.add(measure());
      } catch (IOException | BadMessageException | BadHelloException e) {
        link.drop();
      }
      link.rest(frequency);
    }
  }

  private long measure() throws IOException, BadMessageException, BadHelloException {
    @Nullable Connection connection = link.connection();
    if (connection == null) {
      connection = link.newConnection();
      link.open(connection);
      connection.readTimeoutMillis(settings.connectTimeoutMillis());
      return connection.handshakeNanos();
    }
    long start = System.nanoTime();
    Hello.parse(connection.hello(Hello.check(connection.handshake())));
    return System.nanoTime() - start;
  }
}
