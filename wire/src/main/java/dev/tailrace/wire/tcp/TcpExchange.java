package dev.tailrace.wire.tcp;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.TimeLimit;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.wire.auth.AuthenticationException;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.OpMsg;
import dev.tailrace.wire.tcp.Abandonment.Why;
import dev.tailrace.wire.tcp.Deployment.Selected;
import dev.tailrace.wire.tcp.PinnedConnections.Pinned;
import dev.tailrace.wire.topology.NetworkFault;
import dev.tailrace.wire.topology.ServerSelector;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way: finds its server, gets a connection, converses, and hands over the
 * outcome. Runs on a thread of its own and blocks it; {@link #abandon} frees that thread at once,
 * and so does an alarm when the request's time is over: whatever the exchange waits for then, it
 * ends.
 *
 * <p>Or it is {@linkplain #carry carried} by a thread that is lent, as far as that goes without
 * looking for a server, connecting, or waiting for long. The thread that will look at the reply
 * then is the one that reads it, so that its bytes are in the right cache and nobody has to be
 * woken.
 */
final class TcpExchange implements Transport.Exchange, Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(TcpExchange.class);

  private static final Set<String> FAREWELLS = Set.of("killCursors", "endSessions");

  /** What an exchange is at, for the message of one whose time is over. */
  private enum Stage {
    SELECTING("looking for a server"),
    CHECKING_OUT("waiting for a free connection"),
    CONNECTING("connecting"),
    SENDING("about to be sent: too little time was left for the round trip"),
    AWAITING_REPLY("waiting for the reply");

    final String words;

    Stage(String words) {
      this.words = words;
    }
  }

  private final Request request;
  private final Consumer<Outcome> handler;
  private final Deployment deployment;
  private final ClusterClock clusterClock;
  private final Timers timers;
  private final Announcer announcer;
  private final long startNanos;
  private final Abandonment abandonment = new Abandonment();
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Rings when the request's time is over. */
  private final Optional<Timers.Alarm> alarm;

  // How far it got. Only the thread that runs the exchange looks at it, one after the other.
  private Stage stage = Stage.SELECTING;
  private @Nullable Server chosen;
  private @Nullable Connection checkedOut;

  /** By what the connection is kept for its cursor; empty where it belongs to its pool. */
  private OptionalLong pin = OptionalLong.empty();

  /** Whether it stays so. */
  private boolean staysPinned;

  /** Tells of the command; null until it is sent, and where nobody listens. */
  private @Nullable CommandReport report;

  private boolean replyIsOk;

  TcpExchange(
      Request request,
      Consumer<Outcome> handler,
      Deployment deployment,
      ClusterClock clusterClock,
      Timers timers,
      Announcer announcer) {
    this.request = request;
    this.handler = handler;
    this.deployment = deployment;
    this.clusterClock = clusterClock;
    this.timers = timers;
    this.announcer = announcer;
    this.startNanos = timers.nanoTime();
    this.alarm =
        request
            .timeLimit()
            .map(
                limit ->
                    timers.schedule(limit.untilNanos(), () -> abandonment.giveUp(Why.TIME_OVER)));
  }

  @Override
  public void abandon() {
    abandonment.giveUp(Why.UNWANTED);
  }

  /** Ends the exchange because the transport is closed, which its handler is told. */
  void onTransportClosed() {
    abandonment.giveUp(Why.TRANSPORT_CLOSED);
  }

  /** Whether this only tells a server what is over: worth waiting for when the transport closes. */
  boolean isFarewell() {
    return FAREWELLS.contains(request.commandName());
  }

  private boolean killsCursor() {
    return request.commandName().equals("killCursors");
  }

  /** Waits until the exchange is over; whether it was by then. */
  boolean awaitEnd(long untilNanos) throws InterruptedException {
    return ended.await(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    if (!isOverAfter(this::findServerAndSend)) {
      finish();
    }
  }

  /**
   * Goes as far as it can on a thread that is lent, which must not be kept for long.
   *
   * @param millis how long to wait for the reply; more than 0
   * @return what is left to run elsewhere; null if the exchange is over
   */
  @Nullable Runnable carry(int millis) {
    Optional<Server> server = serverAtHand();
    @Nullable Connection connection = server.map(at -> at.pool().checkOutIdle()).orElse(null);
    if (connection == null) {
      return this;
    }
    server.get().operationCount().incrementAndGet();
    chosen = server.get();
    return isOverAfter(() -> send(server.get(), connection, Optional.empty()))
            || isOverAfter(() -> receive(millis))
        ? null
        : this::finish;
  }

  private void finish() {
    isOverAfter(() -> receive(/* millis= */ 0));
  }

  /** The server, where none has to be looked for. */
  private Optional<Server> serverAtHand() {
    return request.target() instanceof Target.SameServer same
            && same.server().connection().isEmpty()
            && !abandonment.isGivenUp()
        ? deployment.server(same.server().address())
        : Optional.empty();
  }

  /** A part of the exchange; returns the outcome, or null if there is more to do. */
  private interface Part {
    @Nullable Outcome run() throws GivenUpException;
  }

  /** Runs a part; whether the exchange is over. */
  private boolean isOverAfter(Part part) {
    Optional<Outcome> outcome;
    try {
      @Nullable Outcome known = part.run();
      if (known == null) {
        return false;
      }
      outcome = Optional.of(known);
    } catch (GivenUpException e) {
      outcome = outcomeOfGivingUp();
    } catch (Error e) { // Out of memory for a frame, say: whoever waits must hear of it.
      outcome = Optional.of(failed(null, Reason.NETWORK, "the exchange failed: " + e, e));
    } catch (RuntimeException e) {
      // The command has no BSON form, or one longer than any server takes.
      outcome =
          Optional.of(failed(null, Reason.BAD_MESSAGE, "the request cannot be sent: " + e, e));
    }
    alarm.ifPresent(Timers.Alarm::cancel);
    if (report != null) {
      report.end(outcome, replyIsOk);
    }
    try {
      outcome.ifPresent(this::deliver); // Empty if nobody wants to know.
    } finally {
      ended.countDown();
    }
    return true;
  }

  private void deliver(Outcome outcome) {
    try {
      handler.accept(outcome);
    } catch (Throwable e) {
      LOG.error("the handler of an outcome failed", e);
    }
  }

  private Optional<Outcome> outcomeOfGivingUp() {
    @Nullable Why why = abandonment.why();
    if (why == Why.TIME_OVER) {
      return Optional.of(timeout());
    }
    if (why == Why.UNWANTED) {
      return Optional.empty();
    }
    // Closed, be it that the deployment ended before this exchange was told.
    return Optional.of(failed(null, Reason.CLOSED, "the transport was closed", null));
  }

  private @Nullable Outcome findServerAndSend() throws GivenUpException {
    if (request.target() instanceof Target.SameServer same
        && same.server().connection().isPresent()) {
      return sendOverPinned(same.server()); // Its time may be over: the connection is given back.
    }
    if (isTimeOver()) { // Or a server that is at hand would still be connected to.
      return timeout();
    }
    if (request.target() instanceof Target.SameServer same) {
      Optional<Server> server =
          isFarewell()
              ? deployment.server(same.server().address())
              : deployment.awaitHeardOf(same.server().address(), abandonment);
      return server.isPresent()
          ? checkOutAndSend(server.get(), Optional.empty())
          : failed(
              same.server(),
              Reason.NETWORK,
              same.server().address() + " is no longer part of the deployment",
              null);
    }
    Target.AnyEligible any = (Target.AnyEligible) request.target();
    ReadPreference readPreference = any.readPreference();
    try {
      Selected selected = select(any);
      return checkOutAndSend(
          selected.server(),
          ServerSelector.toSend(readPreference, selected.topologyType(), selected.serverType()));
    } catch (NoEligibleServerException e) {
      return isTimeOver() // Both limits may be the same, and ours is the older one.
          ? timeout()
          : failed(null, Reason.NO_ELIGIBLE_SERVER, String.valueOf(e.getMessage()), null);
    }
  }

  private @Nullable Outcome sendOverPinned(ServerRef server) throws GivenUpException {
    long number = server.connection().orElseThrow();
    @Nullable Pinned kept =
        killsCursor()
            ? deployment.pinned().takeLast(number, abandonment)
            : deployment.pinned().take(number);
    if (kept == null) {
      return failed(
          server,
          Reason.NETWORK,
          server.address() + ": the connection that the cursor is bound to is lost, or in use",
          null);
    }
    pin = server.connection();
    staysPinned = !killsCursor();
    chosen = kept.server();
    kept.server().operationCount().incrementAndGet();
    return send(kept.server(), kept.connection(), Optional.empty());
  }

  private Selected select(Target.AnyEligible target)
      throws NoEligibleServerException, GivenUpException {
    SelectionReport search =
        new SelectionReport(
            announcer, request.commandName(), target.readPreference(), deployment::picture);
    search.started();
    try {
      Selected selected =
          deployment.select(
              target.readPreference(), target.deprioritized(), abandonment, search::waiting);
      search.succeeded(selected.server().address());
      return selected;
    } catch (NoEligibleServerException e) {
      search.failed(e);
      throw e;
    }
  }

  private @Nullable Outcome checkOutAndSend(Server server, Optional<ReadPreference> readPreference)
      throws GivenUpException {
    chosen = server;
    stage = Stage.CHECKING_OUT;
    server.operationCount().incrementAndGet();
    Connection connection;
    try {
      connection = server.pool().checkOut(isFarewell(), abandonment);
    } catch (CheckOutException e) {
      server.operationCount().decrementAndGet();
      return failed(notReached(server), Reason.NETWORK, String.valueOf(e.getMessage()), e);
    } catch (GivenUpException e) {
      server.operationCount().decrementAndGet();
      throw e;
    }
    return send(server, connection, readPreference);
  }

  private @Nullable Outcome send(
      Server server, Connection connection, Optional<ReadPreference> readPreference)
      throws GivenUpException {
    checkedOut = connection;
    boolean sent = false;
    boolean reusable = false;
    try {
      abandonment.unblockBy(connection::close);
      if (!connection.isOpen()) {
        @Nullable Outcome notOpened = open(server, connection);
        if (notOpened != null) {
          return notOpened;
        }
      }
      OptionalLong maxTimeMillis = maxTimeMillis(server);
      if (isTimeOver() || maxTimeMillis.orElse(Long.MAX_VALUE) <= 0) {
        stage = Stage.SENDING;
        reusable = !abandonment.settle();
        return timeout();
      }
      stage = Stage.AWAITING_REPLY;
      BsonDocument command = command(readPreference, maxTimeMillis);
      int requestId = connection.newRequestId();
      if (announcer.tellsOfCommands()) {
        report = CommandReport.start(request, command, requestId, connection, announcer);
      }
      connection.send(requestId, command);
      sent = true;
      return null;
    } catch (IOException e) {
      return broken(connection, e);
    } finally {
      if (!sent) {
        release(server, connection, reusable);
      }
    }
  }

  /**
   * Receives the reply to what was sent.
   *
   * @param millis how long to wait for it; 0 for as long as it takes
   * @return null if it is not here by then
   */
  private @Nullable Outcome receive(int millis) throws GivenUpException {
    Server server = requireNonNull(chosen);
    Connection connection = requireNonNull(checkedOut);
    boolean over = true;
    boolean reusable = false;
    try {
      if (millis > 0 && !connection.replyComesWithin(millis)) {
        over = false;
        return null;
      }
      OpMsg reply = connection.receive();
      ReplyGlance glance = ReplyGlance.at(reply.body());
      replyIsOk = glance.ok();
      glance.clusterTime().ifPresent(clusterClock::advance);
      glance.stateChange().ifPresent(error -> deployment.onStateChangeError(connection, error));
      lookForCursor(connection, reply);
      reusable = !abandonment.settle();
      return new Replied(serverRef(connection, reusable), reply.body());
    } catch (BadMessageException e) {
      return failed(connection.server(), Reason.BAD_MESSAGE, connection.describe(e), e);
    } catch (IOException e) {
      return broken(connection, e);
    } finally {
      if (over) {
        release(server, connection, reusable);
      }
    }
  }

  private Outcome broken(Connection connection, IOException e) throws GivenUpException {
    NetworkFault fault =
        e instanceof SocketTimeoutException ? NetworkFault.TIMED_OUT : NetworkFault.BROKEN;
    report(connection, fault, e);
    return failed(connection.server(), Reason.NETWORK, connection.describe(e), e);
  }

  /**
   * Finds out whether the connection stays with a cursor. A {@code getMore} that the server refuses
   * leaves its cursor open, for all that is known: {@code killCursors} has yet to get there. Behind
   * that, whatever is said to it, nothing comes.
   */
  private void lookForCursor(Connection connection, OpMsg reply) throws BadMessageException {
    if (connection.serviceId() == null || killsCursor()) {
      return;
    }
    OptionalLong cursor = CursorGlance.idIn(reply.body());
    boolean open = replyIsOk && cursor.orElse(0) != 0;
    boolean refused = (cursor.isEmpty() || !replyIsOk) && request.commandName().equals("getMore");
    staysPinned = open || refused;
    if (pin.isEmpty() && open) {
      pin = OptionalLong.of(deployment.pinned().pin());
    }
  }

  /** The server as the next request to it has to name it. */
  private ServerRef serverRef(Connection connection, boolean reusable) {
    ServerRef server = connection.server();
    return pin.isPresent() && staysPinned && reusable
        ? new ServerRef(server.address(), server.maxWireVersion(), server.kind(), pin)
        : server;
  }

  private void release(Server server, Connection connection, boolean reusable) {
    server.operationCount().decrementAndGet();
    if (pin.isPresent() && staysPinned && reusable) {
      deployment.pinned().keep(pin.getAsLong(), new Pinned(server, connection));
      return;
    }
    pin.ifPresent(deployment.pinned()::forget);
    if (connection.isOpen()) {
      server.pool().checkIn(connection, reusable);
    } else {
      server.pool().openFailed(connection);
    }
  }

  /** Returns the failure, or null if the connection is open. */
  private @Nullable Outcome open(Server server, Connection connection) throws GivenUpException {
    stage = Stage.CONNECTING;
    try {
      connection.open(server.settings());
    } catch (AuthenticationException e) {
      report(connection, NetworkFault.NOT_AUTHENTICATED, e);
      return failed(
          connection.isGreeted() ? connection.server() : null,
          Reason.NOT_AUTHENTICATED,
          String.valueOf(e.getMessage()),
          e);
    } catch (IOException e) {
      report(connection, Opening.faultOf(connection, e), e);
      return failed(notReached(server), Reason.NETWORK, connection.describe(e), e);
    }
    Optional<Unfit> unfit = deployment.onOpened(connection);
    server.pool().opened(connection);
    return unfit
        .map(found -> failed(connection.server(), found.reason(), found.why(), null))
        .orElse(null);
  }

  /** Tells the topology, unless it was us who closed the connection: a time limit is no news. */
  private void report(Connection connection, NetworkFault fault, Exception failure)
      throws GivenUpException {
    if (abandonment.settle()) {
      throw new GivenUpException();
    }
    deployment.onNetworkError(connection, fault, connection.describe(failure));
  }

  private boolean isTimeOver() {
    return request.timeLimit().map(limit -> limit.isOver(timers.nanoTime())).orElse(false);
  }

  /** What the server is told, if it is; not positive if the answer could not be here in time. */
  private OptionalLong maxTimeMillis(Server server) {
    return request
        .timeLimit()
        .map(limit -> limit.maxTimeMillis(timers.nanoTime(), server.minRoundTripNanos()))
        .orElse(OptionalLong.empty());
  }

  /** The command with what belongs to the conversation. */
  private BsonDocument command(
      Optional<ReadPreference> readPreference, OptionalLong maxTimeMillis) {
    BsonDocument command = new BsonDocument();
    command.putAll(request.command());
    command.append("$db", new BsonString(request.database()));
    clusterClock.newest().ifPresent(time -> command.append("$clusterTime", time));
    readPreference.ifPresent(
        preference -> command.append("$readPreference", preference.toDocument()));
    maxTimeMillis.ifPresent(millis -> command.append("maxTimeMS", new BsonInt64(millis)));
    return command;
  }

  private Outcome timeout() {
    return failed(
        checkedOut != null && checkedOut.isOpen() ? checkedOut.server() : null,
        Reason.TIMEOUT,
        "%sthe time limit of %d ms for %s was over while %s"
            .formatted(
                chosen == null ? "" : chosen.address() + ": ",
                request.timeLimit().map(this::limitMillis).orElse(0L),
                request.commandName(),
                stage == Stage.SELECTING ? stage.words + ": " + deployment : stage.words),
        null);
  }

  private long limitMillis(TimeLimit limit) {
    return TimeUnit.NANOSECONDS.toMillis(Math.max(0, limit.untilNanos() - startNanos));
  }

  /** A server that this exchange never spoke to: a retry passes it over. */
  private static ServerRef notReached(Server server) {
    return new ServerRef(server.address().toString(), 0, ServerKind.UNKNOWN);
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
