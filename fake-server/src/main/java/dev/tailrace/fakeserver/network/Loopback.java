package dev.tailrace.fakeserver.network;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerRef;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.engine.transport.TimeLimit;
import dev.tailrace.engine.transport.Timers;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.engine.transport.realtime.SystemTimers;
import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.wire.frame.Message;
import dev.tailrace.wire.frame.OpMsg;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A transport into a set of this process, without sockets and in real bytes.
 *
 * <p>In virtual time its timers are the set's clock, and a thread in {@link #await} runs the world,
 * one event at a time. Beside a TCP host its timers are the machine's.
 *
 * <p>Server selection looks at a picture of the set that is as old as the last look: a fresh look
 * takes one round trip, and is taken when the picture has no eligible server, when a connection
 * breaks, and when a server says that it is not what it was taken for. So a step-down is noticed
 * the hard way, as in real life.
 *
 * <p>When the set is closed, exchanges under way fail with {@link Outcome.Reason#NETWORK} or {@link
 * Outcome.Reason#NO_ELIGIBLE_SERVER}, and later ones with the latter at once: to the client it is a
 * deployment that is gone, while the transport still is its own to close.
 */
public final class Loopback implements Transport {

  private static final long SELECTION_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int MAX_ENDED_SESSIONS = 10_000;

  private final CoreHost host;
  private final int maxWireVersion;
  private final Ids ids;
  private final Timers timers;
  private final ServerPicture picture;
  private final List<Deque<PooledLink>> idle = new ArrayList<>();
  private final Set<Running> running = new LinkedHashSet<>();
  private final List<BsonDocument> endedSessions = new ArrayList<>();
  private final Gossip gossip = new Gossip();
  private boolean closed;

  /**
   * A transport.
   *
   * @param seed decides session ids and the choice among equals
   */
  public Loopback(CoreHost host, int maxWireVersion, long seed) {
    this.host = host;
    this.maxWireVersion = maxWireVersion;
    ids = new Ids(seed ^ 0x6C6F_6F70L);
    picture = new ServerPicture(host, ids);
    timers = host instanceof VirtualHost virtual ? virtual : new SystemTimers(host::nowNanos);
    int members = host.look(core -> core.set().members().size());
    for (int i = 0; i < members; i++) {
      idle.add(new ArrayDeque<>());
    }
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    host.lock.lock();
    try {
      Running exchange = new Running(request, handler);
      if (closed) {
        exchange.fail(null, Outcome.Reason.CLOSED, "the transport is closed");
        return exchange;
      }
      if (host.isClosed()) {
        exchange.fail(null, Outcome.Reason.NO_ELIGIBLE_SERVER, CoreHost.CLOSED);
        return exchange;
      }
      running.add(exchange);
      exchange.start();
      return exchange;
    } finally {
      host.lock.unlock();
    }
  }

  @Override
  public Timers timers() {
    return timers;
  }

  @Override
  public void await(BooleanSupplier done, long untilNanos) throws InterruptedException {
    if (host instanceof VirtualHost virtual) {
      virtual.await(done, untilNanos);
      return;
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long left = untilNanos - timers.nanoTime();
    if (!done.getAsBoolean() && left > 0) {
      LockSupport.parkNanos(this, left);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  @Override
  public BsonDocument startSession() {
    host.lock.lock();
    try {
      return new BsonDocument("id", ids.uuid());
    } finally {
      host.lock.unlock();
    }
  }

  @Override
  public void endSession(BsonDocument lsid) {
    host.lock.lock();
    try {
      endedSessions.add(lsid);
      if (endedSessions.size() >= MAX_ENDED_SESSIONS) {
        tellEndedSessions();
      }
    } finally {
      host.lock.unlock();
    }
  }

  private void tellEndedSessions() {
    if (endedSessions.isEmpty() || host.isClosed()) {
      return;
    }
    BsonDocument command =
        new BsonDocument("endSessions", new BsonArray(new ArrayList<BsonValue>(endedSessions)));
    endedSessions.clear();
    picture.refresh();
    ServerPicture.Server primary = picture.choose(new Target.AnyEligible(ReadPreference.PRIMARY));
    if (primary != null) {
      Request request =
          new Request(new Target.AnyEligible(ReadPreference.PRIMARY), "admin", command);
      Running exchange = new Running(request, outcome -> {});
      running.add(exchange);
      exchange.sendTo(primary.address());
    }
  }

  @Override
  public void close() {
    host.lock.lock();
    try {
      if (closed) {
        return;
      }
      tellEndedSessions();
      closed = true;
      for (Running exchange : List.copyOf(running)) {
        exchange.fail(null, Outcome.Reason.CLOSED, "the transport was closed");
      }
      for (Deque<PooledLink> links : idle) {
        links.forEach(pooled -> pooled.link.close());
        links.clear();
      }
    } finally {
      host.lock.unlock();
    }
    if (timers instanceof SystemTimers real) {
      real.close();
    }
  }

  private long roundTripNanos() {
    return host instanceof VirtualHost virtual
        ? virtual.conditions().drawLatencyNanos() + virtual.conditions().drawLatencyNanos()
        : 0;
  }

  /** One request under way. Everything in it happens under the host's lock. */
  private final class Running implements Exchange {

    private final Request request;
    private final Consumer<Outcome> handler;
    private final long startNanos = timers.nanoTime();
    private @Nullable PooledLink pooled;
    private @Nullable ServerRef server;
    private Timers.@Nullable Alarm nextLook;
    private Timers.@Nullable Alarm timeOver;
    private int member;
    private int requestId;
    private boolean over;

    Running(Request request, Consumer<Outcome> handler) {
      this.request = request;
      this.handler = handler;
    }

    void start() {
      request.timeLimit().ifPresent(this::keepTo);
      if (over) {
        return;
      }
      if (request.target() instanceof Target.SameServer same) {
        sendTo(same.server().address());
      } else if (request.target() instanceof Target.AnyEligible any) {
        select(any);
      }
    }

    private void keepTo(TimeLimit limit) {
      if (limit.isOver(startNanos)) {
        timeOut("before it began");
      } else {
        timeOver = timers.schedule(limit.untilNanos(), () -> locked(() -> timeOut(whatItIsAt())));
      }
    }

    private String whatItIsAt() {
      return server == null
          ? "while looking for a server; the last picture was " + picture
          : "while waiting for the reply of " + server.address();
    }

    private void timeOut(String when) {
      long limitNanos = request.timeLimit().map(TimeLimit::untilNanos).orElse(0L) - startNanos;
      fail(
          server,
          Outcome.Reason.TIMEOUT,
          "the time limit of %d ms for %s was over %s"
              .formatted(
                  TimeUnit.NANOSECONDS.toMillis(Math.max(0, limitNanos)),
                  request.commandName(),
                  when));
    }

    void select(Target.AnyEligible any) {
      if (host.isClosed()) {
        fail(null, Outcome.Reason.NO_ELIGIBLE_SERVER, CoreHost.CLOSED);
        return;
      }
      picture.refreshIfEmpty();
      ServerPicture.Server chosen = picture.choose(any);
      if (chosen != null) {
        sendTo(chosen.address());
      } else if (timers.nanoTime() >= startNanos + SELECTION_TIMEOUT_NANOS) {
        fail(
            null,
            Outcome.Reason.NO_ELIGIBLE_SERVER,
            "no server for read preference %s in 30 s; the last picture was %s"
                .formatted(any.readPreference().mode().specName(), picture));
      } else {
        long again = timers.nanoTime() + Math.max(roundTripNanos(), LOOK_AGAIN_NANOS);
        nextLook =
            timers.schedule(
                again,
                () ->
                    locked(
                        () -> {
                          if (!over) {
                            picture.refresh();
                            select(any);
                          }
                        }));
      }
    }

    void sendTo(String address) {
      server = new ServerRef(address, maxWireVersion, gossip.kind());
      member = picture.memberAt(address);
      if (member < 0) {
        fail(server, Outcome.Reason.NETWORK, "no such server: " + address);
        return;
      }
      OptionalLong maxTimeMillis = maxTimeMillis();
      if (maxTimeMillis.orElse(Long.MAX_VALUE) <= 0) {
        timeOut("before it was sent to " + address);
        return;
      }
      PooledLink free = idle.get(member).poll();
      while (free != null && free.link.isClosed()) {
        free = idle.get(member).poll();
      }
      PooledLink chosen = free == null ? new PooledLink(member) : free;
      pooled = chosen;
      chosen.user = this;
      if (chosen.link.isClosed()) {
        onClosed("the member refused the connection");
        return;
      }
      requestId = chosen.link.nextRequestId();
      chosen.link.send(OpMsg.encode(requestId, 0, 0, gossip.body(request, maxTimeMillis)));
    }

    /** The way there and back is not taken off: it is not measured here. */
    private OptionalLong maxTimeMillis() {
      return request
          .timeLimit()
          .map(limit -> limit.maxTimeMillis(timers.nanoTime(), 0))
          .orElse(OptionalLong.empty());
    }

    void onMessage(Message message) {
      ServerRef from = server;
      PooledLink used = pooled;
      if (over || from == null || used == null || message.responseTo() != requestId) {
        return; // Late, or sent twice: nobody waits for it.
      }
      if (!(message instanceof OpMsg reply)) {
        fail(from, Outcome.Reason.BAD_MESSAGE, "the reply is no OP_MSG");
        return;
      }
      finish();
      used.user = null;
      idle.get(member).push(used);
      if (gossip.notice(reply.body())) {
        picture.refresh();
      }
      ServerRef known = new ServerRef(from.address(), maxWireVersion, gossip.kind());
      handler.accept(new Outcome.Replied(known, reply.body()));
    }

    void onClosed(String reason) {
      if (!over) {
        picture.refresh();
        String where = server == null ? "" : server.address() + ": ";
        boolean garbled = pooled != null && pooled.link.isGarbled();
        fail(server, garbled ? Outcome.Reason.BAD_MESSAGE : Outcome.Reason.NETWORK, where + reason);
      }
    }

    void fail(@Nullable ServerRef from, Outcome.Reason reason, String message) {
      if (!over) {
        dropLink();
        finish();
        handler.accept(new Outcome.Failed(from, reason, message, null));
      }
    }

    private void finish() {
      over = true;
      running.remove(this);
      cancel(nextLook);
      cancel(timeOver);
    }

    private static void cancel(Timers.@Nullable Alarm planned) {
      if (planned != null) {
        planned.cancel();
      }
    }

    private void dropLink() {
      PooledLink used = pooled;
      if (used != null) {
        used.user = null;
        used.link.close();
      }
    }

    @Override
    public void abandon() {
      locked(
          () -> {
            if (!over) {
              dropLink();
              finish();
            }
          });
    }
  }

  /** A connection, and the exchange that uses it at the moment. */
  private final class PooledLink {

    final ClientLink link;
    @Nullable Running user;

    PooledLink(int member) {
      link =
          new ClientLink(
              host,
              member,
              message -> {
                Running current = user;
                if (current != null) {
                  current.onMessage(message);
                }
              },
              reason -> {
                Running current = user;
                if (current != null) {
                  current.onClosed(reason);
                }
              });
    }
  }

  /** Where it leads, and how it stands; for the messages of tests. */
  @Override
  public String toString() {
    return host.look(
        core ->
            "Loopback[into %s, %d exchanges under way%s]"
                .formatted(
                    core.set().members().stream().map(Member::address).toList(),
                    running.size(),
                    closed ? ", closed" : host.isClosed() ? ", the set is closed" : ""));
  }

  private void locked(Runnable task) {
    host.lock.lock();
    try {
      task.run();
    } finally {
      host.lock.unlock();
    }
  }
}
