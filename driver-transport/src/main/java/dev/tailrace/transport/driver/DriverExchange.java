package dev.tailrace.transport.driver;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoDatabase;
import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.engine.transport.Outcome.Replied;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.TimeLimit;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.engine.transport.realtime.DaemonThreads;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the driver, on a thread of its own, which it blocks.
 *
 * <p>Giving it up interrupts that thread, which ends whatever the driver waits for, but for one
 * thing: a platform thread that reads from a socket cannot be interrupted. It is left alone, as the
 * interrupt would only spoil the reply when that is here. The exchange is cut loose, and the thread
 * is freed by the server: what it waits for longest is a {@code getMore}, whose cursor is of no use
 * any more and is killed, so that it is answered. A reply that comes after all is passed on if the
 * exchange was abandoned, as the port allows; else an outcome was told before, and a cursor that
 * the reply has opened is killed.
 *
 * <p>So a connection is needed to free another one. A {@code getMore} keeps its own for long, and
 * lets what is to end cursors at its server have a connection first: a pool with a limit would be
 * full for good.
 */
final class DriverExchange implements Transport.Exchange, Runnable {

  private static final System.Logger LOG = System.getLogger(DriverExchange.class.getName());

  /** Far more connections than break while one is waited for. */
  private static final int MOST_ATTEMPTS = 10;

  private static final Set<String> FAREWELLS = Set.of("killCursors", "endSessions");

  /** What exchanges need of their transport. */
  interface Owner {

    MongoDatabase database(String name);

    LogicalSessions sessions();

    Timers timers();

    /** What the shortest way to a server and back takes, as far as it is known. */
    long minRoundTripNanos(Target target);

    /** Runs a task on a thread of the transport's, at some time. */
    void execute(Runnable task);

    /** Sends what nobody waits for. */
    void sendFarewell(Request request);

    /** What has been sent and is not over. */
    Collection<DriverExchange> underWay();
  }

  private final Request request;
  private final Consumer<Outcome> handler;
  private final Owner owner;
  private final Call call;
  private final long startNanos;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Rings when the request's time is over. */
  private final Optional<Timers.Alarm> alarm;

  // Guarded by this.
  private @Nullable Thread worker;
  private boolean givenUp;
  private boolean told;

  DriverExchange(Request request, Consumer<Outcome> handler, Owner owner) {
    this.request = request;
    this.handler = handler;
    this.owner = owner;
    this.call =
        new Call(
            request.commandName(),
            request.target() instanceof Target.SameServer same
                ? Optional.of(same.server().address())
                : Optional.empty(),
            request.target() instanceof Target.AnyEligible any ? any.deprioritized() : Set.of());
    this.startNanos = owner.timers().nanoTime();
    this.alarm =
        request
            .timeLimit()
            .map(limit -> owner.timers().schedule(limit.untilNanos(), this::onTimeOver));
  }

  @Override
  public void abandon() {
    giveUp();
  }

  /** Ends the exchange because the transport is closed, which its handler is told. */
  void onTransportClosed() {
    if (giveUp()) {
      tell(failed(Reason.CLOSED, "the transport was closed"));
    }
  }

  /** On the timers' thread, which must not be kept. */
  private void onTimeOver() {
    if (giveUp()) {
      owner.execute(() -> tell(timeout()));
    }
  }

  /** Whether this only tells a server what is over: worth waiting for when the transport closes. */
  boolean isFarewell() {
    return FAREWELLS.contains(request.commandName());
  }

  /** Waits until the exchange is over; whether it was by then. */
  boolean awaitEnd(long untilNanos) throws InterruptedException {
    return ended.await(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Frees the thread, if it can be; whether the exchange was neither over nor given up before. */
  private boolean giveUp() {
    @Nullable ServerRef readingFrom = null;
    synchronized (this) {
      if (told || givenUp) {
        return false;
      }
      givenUp = true;
      if (worker != null) {
        readingFrom = DaemonThreads.isVirtual(worker) ? null : call.server();
        if (readingFrom == null) {
          worker.interrupt(); // Within the lock: afterwards the thread may be at something else.
        }
      }
    }
    if (readingFrom != null && request.commandName().equals("getMore")) {
      killCursor(readingFrom);
    }
    return true;
  }

  private void killCursor(ServerRef server) {
    if (request.command().get("getMore") instanceof BsonInt64 id
        && request.command().get("collection") instanceof BsonString collection) {
      sendFarewell(server, Replies.killCursors(collection.getValue(), id));
    }
  }

  private void sendFarewell(ServerRef server, BsonDocument command) {
    if (request.command().containsKey("lsid")) {
      command.append("lsid", request.command().get("lsid"));
    }
    owner.sendFarewell(new Request(new Target.SameServer(server), request.database(), command));
  }

  @Override
  public void run() {
    try {
      if (begin()) {
        @Nullable Outcome outcome = outcome();
        alarm.ifPresent(Timers.Alarm::cancel);
        if (outcome != null && !tell(outcome) && outcome instanceof Replied late) {
          killCursorOf(late);
        }
      }
    } finally {
      call.end();
      ended.countDown();
    }
  }

  private synchronized boolean begin() {
    worker = Thread.currentThread();
    return !givenUp;
  }

  /** From now on giving up does not touch this thread. */
  private synchronized void settle() {
    worker = null;
    Thread.interrupted(); // The pool's next exchange on this thread was not meant.
  }

  /** Runs the command; null if nobody wants to know how that ended. */
  private @Nullable Outcome outcome() {
    try {
      call.enter();
      return converse();
    } catch (MongoCommandException refused) {
      return replied(Replies.encoded(refused.getResponse()));
    } catch (MongoExecutionTimeoutException refused) {
      return replied(Replies.saying(refused));
    } catch (Throwable thrown) { // Whoever waits must hear of it, whatever it is.
      return isGivenUp() ? null : Failures.of(call, thrown);
    } finally {
      Call.leave();
      settle();
    }
  }

  private Outcome converse() throws InterruptedException {
    if (request.commandName().equals("getMore")) {
      letKillCursorsPass();
    }
    OptionalLong maxTimeMillis = maxTimeMillis();
    if (isTimeOver() || maxTimeMillis.orElse(Long.MAX_VALUE) <= 0) {
      return timeout();
    }
    BsonDocument command = new BsonDocument();
    command.putAll(request.command());
    @Nullable BsonDocument lsid =
        command.remove("lsid") instanceof BsonDocument named ? named : null;
    maxTimeMillis.ifPresent(millis -> command.append("maxTimeMS", new BsonInt64(millis)));
    ReadPreference readPreference =
        request.target() instanceof Target.AnyEligible any
            ? ReadPreferences.of(any.readPreference())
            : ReadPreference.nearest(); // Admits every server that can be read from.
    try (ClientSession session = owner.sessions().forCommand(lsid)) {
      return replied(Replies.slice(runCommand(session, command, readPreference)));
    }
  }

  /** No two exchanges can wait for each other here: those that are waited for do not wait. */
  private void letKillCursorsPass() throws InterruptedException {
    for (DriverExchange other : owner.underWay()) {
      if (other.request.commandName().equals("killCursors")
          && other.call.onlyAddress().equals(call.onlyAddress())) {
        other.call.awaitOnItsWay();
      }
    }
  }

  /**
   * Runs the command, and begins again where the driver has taken back the connection before
   * anything was sent: it does so with all that wait for one, when another one breaks.
   */
  private RawBsonDocument runCommand(
      ClientSession session, BsonDocument command, ReadPreference readPreference) {
    MongoDatabase database = owner.database(request.database());
    for (int attempt = 1; ; attempt++) {
      try {
        return database.runCommand(session, command, readPreference, RawBsonDocument.class);
      } catch (MongoConnectionPoolClearedException takenBack) {
        if (attempt == MOST_ATTEMPTS || call.server() != null || isGivenUp()) {
          throw takenBack;
        }
        call.onTakenBack();
      }
    }
  }

  private Outcome replied(DocumentSlice reply) {
    @Nullable ServerRef server = call.server();
    return server == null
        ? failed(Reason.BAD_MESSAGE, "the driver did not tell who has answered")
        : new Replied(server, reply);
  }

  /** Nobody has heard of this reply, so nobody knows the cursor that it may have opened. */
  private void killCursorOf(Replied late) {
    if (request.commandName().equals("aggregate")) {
      Replies.killCursors(late.reply()).ifPresent(command -> sendFarewell(late.server(), command));
    }
  }

  private boolean isTimeOver() {
    return request.timeLimit().map(limit -> limit.isOver(owner.timers().nanoTime())).orElse(false);
  }

  /**
   * What the server is told, if it is; not positive if the answer could not be here in time. The
   * driver has yet to find the server, and the time that this takes is not taken off.
   */
  private OptionalLong maxTimeMillis() {
    return request
        .timeLimit()
        .map(
            limit ->
                limit.maxTimeMillis(
                    owner.timers().nanoTime(), owner.minRoundTripNanos(request.target())))
        .orElse(OptionalLong.empty());
  }

  private synchronized boolean isGivenUp() {
    return givenUp;
  }

  /** Hands the outcome over, unless there was one before; whether it did. */
  private boolean tell(Outcome outcome) {
    synchronized (this) {
      if (told) {
        return false;
      }
      told = true;
    }
    try {
      handler.accept(outcome);
    } catch (Throwable failure) {
      LOG.log(System.Logger.Level.ERROR, "the handler of an outcome failed", failure);
    }
    return true;
  }

  private Outcome timeout() {
    long limitNanos =
        request.timeLimit().map(TimeLimit::untilNanos).orElse(startNanos) - startNanos;
    @Nullable ServerRef server = call.server();
    return failed(
        Reason.TIMEOUT,
        "%sthe time limit of %d ms for %s was over while %s"
            .formatted(
                server == null ? "" : server.address() + ": ",
                TimeUnit.NANOSECONDS.toMillis(Math.max(0, limitNanos)),
                request.commandName(),
                server == null ? "looking for a server" : "waiting for the reply"));
  }

  private Outcome failed(Reason reason, String message) {
    return new Outcome.Failed(call.server(), reason, message, null);
  }

  /** The command's name, and nothing of what is in it. */
  @Override
  public String toString() {
    return request.commandName();
  }
}
