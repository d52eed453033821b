package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.tcp.Deployment.Selected;
import dev.tailrace.wire.topology.NetworkFault;
import dev.tailrace.wire.topology.ServerSelector;
import dev.tailrace.wire.topology.WireVersions;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way: finds its server, gets a connection, converses, and hands over the
 * outcome. Runs on a thread of its own and blocks it; {@link #abandon} frees that thread at once.
 */
final class TcpExchange implements Transport.Exchange, Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(TcpExchange.class);

  private static final Set<String> FAREWELLS = Set.of("killCursors", "endSessions");

  private final Request request;
  private final Consumer<Outcome> handler;
  private final Deployment deployment;
  private final TransportSettings settings;
  private final ClusterClock clusterClock;
  private final Abandonment abandonment = new Abandonment();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean transportClosed;

  TcpExchange(
      Request request,
      Consumer<Outcome> handler,
      Deployment deployment,
      TransportSettings settings,
      ClusterClock clusterClock) {
    this.request = request;
    this.handler = handler;
    this.deployment = deployment;
    this.settings = settings;
    this.clusterClock = clusterClock;
  }

  @Override
  public void abandon() {
    abandonment.giveUp();
  }

  /** Ends the exchange because the transport is closed, which its handler is told. */
  void onTransportClosed() {
    transportClosed = true;
    abandonment.giveUp();
  }

  /** Whether this only tells a server what is over: worth waiting for when the transport closes. */
  boolean isFarewell() {
    return FAREWELLS.contains(request.commandName());
  }

  /** Waits until the exchange is over; whether it was by then. */
  boolean awaitEnd(long untilNanos) throws InterruptedException {
    return ended.await(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    try {
      converseAndTell();
    } finally {
      ended.countDown();
    }
  }

  private void converseAndTell() {
    Outcome outcome;
    try {
      outcome = findServerAndConverse();
    } catch (GivenUpException e) {
      if (!transportClosed) {
        return; // Nobody wants to know.
      }
      outcome = failed(null, Reason.CLOSED, "the transport was closed", null);
    } catch (RuntimeException e) {
      // The command has no BSON form, or one longer than any server takes.
      outcome = failed(null, Reason.BAD_MESSAGE, "the request cannot be sent: " + e, e);
    }
    deliver(outcome);
  }

  private void deliver(Outcome outcome) {
    try {
      handler.accept(outcome);
    } catch (Throwable e) {
      LOG.error("the handler of an outcome failed", e);
    }
  }

  private Outcome findServerAndConverse() throws GivenUpException {
    if (request.target() instanceof Target.SameServer same) {
      Optional<Server> server = deployment.server(same.server().address());
      return server.isPresent()
          ? converse(server.get(), Optional.empty())
          : failed(
              same.server(),
              Reason.NETWORK,
              same.server().address() + " is no longer part of the deployment",
              null);
    }
    ReadPreference readPreference = ((Target.AnyEligible) request.target()).readPreference();
    try {
      Selected selected = deployment.select(readPreference, abandonment);
      return converse(
          selected.server(),
          ServerSelector.toSend(readPreference, selected.topologyType(), selected.serverType()));
    } catch (NoEligibleServerException e) {
      return failed(null, Reason.NO_ELIGIBLE_SERVER, String.valueOf(e.getMessage()), null);
    }
  }

  private Outcome converse(Server server, Optional<ReadPreference> readPreference)
      throws GivenUpException {
    server.operationCount().incrementAndGet();
    try {
      long deadlineNanos =
          System.nanoTime() + settings.options().serverSelectionTimeout().toNanos();
      return converseOn(server, server.pool().checkOut(deadlineNanos, abandonment), readPreference);
    } catch (IOException e) {
      return failed(null, Reason.NETWORK, describe(server, e), e);
    } finally {
      server.operationCount().decrementAndGet();
    }
  }

  private Outcome converseOn(
      Server server, Connection connection, Optional<ReadPreference> readPreference)
      throws GivenUpException {
    boolean reusable = false;
    try {
      abandonment.unblockBy(connection::close);
      if (!connection.isOpen()) {
        @Nullable Outcome notOpened = open(server, connection);
        if (notOpened != null) {
          return notOpened;
        }
      }
      OpMsg reply = connection.exchange(0, command(readPreference));
      ReplyGlance glance = ReplyGlance.at(reply.body());
      glance.clusterTime().ifPresent(clusterClock::advance);
      glance
          .stateChange()
          .ifPresent(
              error ->
                  deployment.onStateChangeError(
                      server.address(),
                      connection.generation(),
                      connection.handshake().maxWireVersion(),
                      error));
      reusable = !abandonment.settle();
      return new Replied(connection.server(), reply.body());
    } catch (BadMessageException e) {
      return failed(connection.server(), Reason.BAD_MESSAGE, describe(server, e), e);
    } catch (IOException e) {
      NetworkFault fault =
          e instanceof SocketTimeoutException ? NetworkFault.TIMED_OUT : NetworkFault.BROKEN;
      report(server, connection, fault, e);
      return failed(connection.server(), Reason.NETWORK, describe(server, e), e);
    } finally {
      server.pool().checkIn(connection, reusable);
    }
  }

  /** Returns the failure, or null if the connection is open. */
  private @Nullable Outcome open(Server server, Connection connection) throws GivenUpException {
    try {
      connection.open(settings);
    } catch (IOException e) {
      NetworkFault fault =
          e instanceof UnknownHostException
              ? NetworkFault.NOT_RESOLVED
              : NetworkFault.NOT_ESTABLISHED;
      report(server, connection, fault, e);
      return failed(null, Reason.NETWORK, describe(server, e), e);
    }
    deployment.onHello(server.address(), connection.handshake());
    return WireVersions.incompatibility(server.address(), connection.handshake())
        .map(why -> failed(connection.server(), Reason.NO_ELIGIBLE_SERVER, why, null))
        .orElse(null);
  }

  /** Tells the topology, unless it was us who closed the connection. */
  private void report(Server server, Connection connection, NetworkFault fault, IOException failure)
      throws GivenUpException {
    if (abandonment.settle()) {
      throw new GivenUpException();
    }
    deployment.onNetworkError(
        server.address(), connection.generation(), fault, describe(server, failure));
  }

  /** The command with what belongs to the conversation. */
  private BsonDocument command(Optional<ReadPreference> readPreference) {
    BsonDocument command = new BsonDocument();
    command.putAll(request.command());
    command.append("$db", new BsonString(request.database()));
    clusterClock.newest().ifPresent(time -> command.append("$clusterTime", time));
    readPreference.ifPresent(
        preference -> command.append("$readPreference", preference.toDocument()));
    return command;
  }

  private static String describe(Server server, Exception failure) {
    return server.address()
        + ": "
        + failure.getClass().getSimpleName()
        + ": "
        + failure.getMessage();
  }

  private static Outcome failed(
      @Nullable ServerRef server, Reason reason, String message, @Nullable Throwable cause) {
    return new Outcome.Failed(server, reason, message, cause);
  }

  /** The command's name, and nothing of what is in it. */
  @Override
  public String toString() {
    return request.commandName();
  }
}
