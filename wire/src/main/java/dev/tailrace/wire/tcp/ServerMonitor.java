package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.TopologyEvent.Check;
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
import org.bson.types.ObjectId;
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

    /** The deployment, as events call it. */
    ObjectId topologyId();
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
    @Nullable Connection connected = link.connection();
    boolean awaited = connected != null && (isStreaming() || mayStream());
    Connection connection = connected == null ? link.newConnection() : connected;
    Heartbeat heartbeat =
        new Heartbeat(
            new Check(listener.topologyId(), address, connection.id(), awaited), connection);
    listener.onHeartbeat(new ServerHeartbeatStarted(heartbeat.check));
    try {
      DocumentSlice answer = connected == null ? greeting(connection) : answer(connection);
      HelloReply reply = Hello.parse(answer);
      if (reply.ok()) {
        heartbeat.succeeded(answer);
      } else {
        heartbeat.failed("refused: " + reply.error());
      }
      if (!reply.ok()) {
        forget();
      }
      known = reply.ok();
      topologyVersion = reply.topologyVersion();
      listener.onHello(address, reply);
      return known && (isStreaming() || mayStream());
    } catch (IOException e) {
      heartbeat.failed(describe(e));
      return failed(e, e instanceof SocketTimeoutException) && wasKnown && mayReconnectNow();
    } catch (BadMessageException | BadHelloException e) {
      heartbeat.failed(describe(e));
      failed(e, false);
      return false;
    }
  }

  /** Tells of one check. */
  private final class Heartbeat {

    private final Check check;
    private final Connection connection;
    private final long startNanos = System.nanoTime();

    Heartbeat(Check check, Connection connection) {
      this.check = check;
      this.connection = connection;
    }

    void succeeded(DocumentSlice answer) {
      listener.onHeartbeat(
          new ServerHeartbeatSucceeded(
              check, connection.serverConnectionId(), nanos(), answer.asDocument()));
    }

    void failed(String failure) {
      listener.onHeartbeat(
          new ServerHeartbeatFailed(check, connection.serverConnectionId(), nanos(), failure));
    }

    private long nanos() {
      return System.nanoTime() - startNanos;
    }
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

  private DocumentSlice greeting(Connection connection) throws IOException {
    streamed = null;
    connectedNanos = System.nanoTime();
    DocumentSlice answer = link.open(connection);
    roundTrips.add(connection.handshakeNanos());
    return answer;
  }

  private DocumentSlice answer(Connection connection) throws IOException, BadMessageException {
    if (streamed != null && isStreaming()) {
      streamed = connection.receiveAfter(streamed);
      return streamed.body();
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
      return streamed.body();
    }
    streamed = null;
    connection.readTimeoutMillis(settings.connectTimeoutMillis());
    long start = System.nanoTime();
    DocumentSlice answer = connection.hello(Hello.check(connection.handshake()));
    roundTrips.add(System.nanoTime() - start);
    return answer;
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
