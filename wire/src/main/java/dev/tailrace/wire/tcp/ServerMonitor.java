package dev.tailrace.wire.tcp;

import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatFailed;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatStarted;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatSucceeded;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.topology.BadHelloException;
import dev.tailrace.wire.topology.HelloReply;
import dev.tailrace.wire.topology.ServerAddress;
import dev.tailrace.wire.topology.TopologyVersion;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Checks one server again and again, on a connection of its own (server monitoring specification).
 * A server that sends a {@code topologyVersion} is asked once to send a hello whenever it changes,
 * and streams them; any other one is asked at each interval.
 */
final class ServerMonitor implements Runnable {

  /** Takes the outcome of each check. Called on the monitor's thread, without a lock held. */
  interface Listener {

    void onHello(ServerAddress address, HelloReply reply);

    void onCheckFailed(ServerAddress address, String error, boolean timedOut);

    /** Told of each check as it begins and ends, before the outcome of it is. */
    void onHeartbeat(TopologyEvent heartbeat);
  }

  private final ServerAddress address;
  private final TransportSettings settings;
  private final CheckLink link;
  private final RoundTripMeter roundTrips;
  private final Listener listener;
  private final Runnable onStreaming;

  /** Whether the last check succeeded. */
  private boolean known;

  /** When the last connection was begun. */
  private long connectedNanos;

  private @Nullable TopologyVersion topologyVersion;

  /** The last reply, if it came in a stream. */
  private @Nullable OpMsg streamed;

  /**
   * A monitor that begins when it is run.
   *
   * @param roundTrips where the durations of checks go to, and are forgotten with the server
   * @param onStreaming called whenever a stream begins: its replies measure nothing
   */
  ServerMonitor(
      ServerAddress address,
      TransportSettings settings,
      CheckLink link,
      RoundTripMeter roundTrips,
      Listener listener,
      Runnable onStreaming) {
    this.address = address;
    this.settings = settings;
    this.link = link;
    this.roundTrips = roundTrips;
    this.listener = listener;
    this.onStreaming = onStreaming;
  }

  @Override
  public void run() {
    while (!link.isClosed()) {
      boolean nextIsDue = check();
      if (!nextIsDue) {
        link.rest(settings.options().heartbeatFrequency());
      }
    }
  }

  /** One check. Returns whether the next one is due at once. */
  private boolean check() {
    boolean wasKnown = known;
    boolean awaited = isAwaited();
    long start = System.nanoTime();
    listener.onHeartbeat(new ServerHeartbeatStarted(address, awaited));
    try {
      HelloReply reply = reply();
      long nanos = System.nanoTime() - start;
      listener.onHeartbeat(
          reply.ok()
              ? new ServerHeartbeatSucceeded(address, nanos, reply, awaited)
              : new ServerHeartbeatFailed(address, nanos, "refused: " + reply.error(), awaited));
      if (!reply.ok()) {
        forget();
      }
      known = reply.ok();
      topologyVersion = reply.topologyVersion();
      listener.onHello(address, reply);
      return known && (isStreaming() || mayStream());
    } catch (IOException e) {
      tellFailure(e, start, awaited);
      return failed(e, e instanceof SocketTimeoutException) && wasKnown && mayReconnectNow();
    } catch (BadMessageException | BadHelloException e) {
      tellFailure(e, start, awaited);
      failed(e, false);
      return false;
    }
  }

  private void tellFailure(Exception failure, long startNanos, boolean awaited) {
    listener.onHeartbeat(
        new ServerHeartbeatFailed(
            address, System.nanoTime() - startNanos, describe(failure), awaited));
  }

  /** Whether the next hello comes only when there is something new, or after a while. */
  private boolean isAwaited() {
    return link.isConnected() && (isStreaming() || mayStream());
  }

  /** Returns whether that is news; if not, it was us who ended the check. */
  private boolean failed(Exception failure, boolean timedOut) {
    forget();
    known = false;
    if (link.isCancelled()) {
      return false;
    }
    listener.onCheckFailed(address, describe(failure), timedOut);
    return true;
  }

  /**
   * Whether a server that was lost may be looked for at once, and not after a rest. One that greets
   * and then breaks off, each time, would otherwise be greeted without end.
   */
  private boolean mayReconnectNow() {
    Duration shortest = ConnectionString.MIN_HEARTBEAT_FREQUENCY;
    if (System.nanoTime() - connectedNanos >= shortest.toNanos()) {
      return true;
    }
    link.requestCheck(); // The rest will be the shortest.
    return false;
  }

  private void forget() {
    link.drop();
    roundTrips.reset();
  }

  private HelloReply reply() throws IOException, BadMessageException, BadHelloException {
    @Nullable Connection connection = link.connection();
    if (connection == null) {
      streamed = null;
      connectedNanos = System.nanoTime();
      Connection opened = link.open();
      roundTrips.add(opened.handshakeNanos());
      return opened.handshake();
    }
    if (streamed != null && isStreaming()) {
      streamed = connection.receiveAfter(streamed);
      return Hello.parse(streamed.body());
    }
    if (topologyVersion != null && mayStream()) {
      onStreaming.run();
      connection.readTimeoutMillis(settings.awaitTimeoutMillis());
      Duration maxAwait = settings.options().heartbeatFrequency();
      streamed =
          connection.exchange(
              OpMsg.EXHAUST_ALLOWED,
              Hello.withDatabase(
                  Hello.awaitable(connection.handshake(), topologyVersion, maxAwait)));
      return Hello.parse(streamed.body());
    }
    streamed = null;
    connection.readTimeoutMillis(settings.connectTimeoutMillis());
    long start = System.nanoTime();
    HelloReply reply = connection.hello(Hello.check(connection.handshake()));
    roundTrips.add(System.nanoTime() - start);
    return reply;
  }

  /** Whether the server is about to send another hello. */
  private boolean isStreaming() {
    return streamed != null && streamed.moreToCome();
  }

  /** Whether the server can be asked to send hellos as it changes. */
  private boolean mayStream() {
    return topologyVersion != null && settings.streamsChecks();
  }

  private static String describe(Exception failure) {
    return failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }
}
