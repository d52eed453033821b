package dev.tailrace.wire.pool;

import static java.util.Objects.requireNonNull;

import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailed;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutStarted;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.event.ConnectionPoolEvent.CloseReason;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionReady;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCleared;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolReady;
import dev.tailrace.wire.event.PoolOptions;
import dev.tailrace.wire.pool.PoolEffect.Announce;
import dev.tailrace.wire.pool.PoolEffect.Close;
import dev.tailrace.wire.pool.PoolEffect.Interrupt;
import dev.tailrace.wire.pool.PoolEffect.Lend;
import dev.tailrace.wire.pool.PoolEffect.Open;
import dev.tailrace.wire.pool.PoolEffect.Refuse;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Decides who gets which connection to one server (connection monitoring and pooling
 * specification). It is paused until the server has been heard of, ready while connections may be
 * had, and closed for good. Inputs are named for what happened; each returns what is to be done, in
 * that order. Times are those of one monotonic clock, in nanoseconds.
 *
 * <p>Requests are served in the order in which they asked. A farewell ({@code killCursors}, {@code
 * endSessions}) goes before those that wait, may have one connection more than there may be, and is
 * served while the pool is paused: what it frees, others may be waiting for.
 *
 * <p>Invariants: nobody waits in front of an idle connection; idle connections are of the current
 * generation; of those that are being made at most one is for nobody.
 *
 * <p>Not thread-safe: feed it one input at a time.
 */
public final class PoolMachine {

  /** How long connections for nobody are not tried again after one could not be made. */
  static final Duration POPULATION_PAUSE = Duration.ofSeconds(10);

  private enum State {
    PAUSED,
    READY,
    CLOSED
  }

  /** A request that asked, and since when it waits. */
  private record Asker(long ticket, boolean farewell, long sinceNanos) {}

  private static final class Member {

    private final long id;
    private final long createdNanos;

    /** Of the server; once the connection is known to lead to a service, of that. */
    private int generation;

    /** The service behind a load balancer that it leads to; null if it leads to a server. */
    private @Nullable ObjectId serviceId;

    /** Whom it is made for; null if for nobody, and once it is made. */
    private @Nullable Asker maker;

    private boolean pending = true;
    private boolean idle;
    private long idleSinceNanos;

    Member(long id, int generation, long createdNanos, @Nullable Asker maker) {
      this.id = id;
      this.generation = generation;
      this.createdNanos = createdNanos;
      this.maker = maker;
    }
  }

  private final ServerAddress address;
  private final PoolOptions options;

  private State state = State.PAUSED;
  private int generation;

  /** The same for services behind a load balancer: of those that were ever lost. */
  private Map<ObjectId, Integer> serviceGenerations = Map.of();

  private long lastConnectionId;

  /** All connections, the oldest first. */
  private final Map<Long, Member> members = new LinkedHashMap<>();

  /** Those of them that nobody uses, the one that was used last at the end. */
  private final Deque<Member> idle = new ArrayDeque<>();

  private final Map<Long, Asker> farewells = new LinkedHashMap<>();
  private final Map<Long, Asker> queue = new LinkedHashMap<>();

  private int pendingCount;

  /** Whether one is being made for nobody. */
  private boolean populating;

  /** Until when none is to be made for nobody; null for no such time. */
  private @Nullable Long populateAtNanos;

  private List<PoolEffect> effects = new ArrayList<>();

  /** An empty, paused pool. */
  public PoolMachine(ServerAddress address, PoolOptions options) {
    this.address = requireNonNull(address, "address");
    this.options = requireNonNull(options, "options");
  }

  /** The pool is there; to be called once, before all else. */
  public List<PoolEffect> start() {
    announce(new PoolCreated(address, options));
    return take();
  }

  /** The server is known to be there. */
  public List<PoolEffect> ready(long nowNanos) {
    if (state == State.PAUSED) {
      state = State.READY;
      populateAtNanos = null;
      announce(new PoolReady(address));
      serve(nowNanos);
    }
    return take();
  }

  /**
   * The server is lost: connections of older generations are not used again.
   *
   * @param generation how often that has happened; nothing is done if it is not news
   * @param interruptInUse whether connections that are in use, or being made, are ended as well
   */
  public List<PoolEffect> clear(int generation, boolean interruptInUse, long nowNanos) {
    if (state == State.CLOSED || generation <= this.generation) {
      return take();
    }
    this.generation = generation;
    if (state == State.READY) {
      state = State.PAUSED;
      announce(new PoolCleared(address, interruptInUse, Optional.empty()));
      refuseAll(queue, CheckOutFailure.CONNECTION_ERROR, nowNanos);
    }
    closeIdle(CloseReason.STALE);
    if (interruptInUse) {
      members.values().forEach(member -> effects.add(new Interrupt(member.id, CloseReason.STALE)));
    }
    serve(nowNanos);
    return take();
  }

  /**
   * Services behind the load balancer are lost: connections to them that are of older generations
   * are not used again. The load balancer is there as before, so the pool stays ready (load
   * balancers specification, "Connection Pooling").
   *
   * @param generations how often that has happened to each; of those to which it ever did
   */
  public List<PoolEffect> clearServices(Map<ObjectId, Integer> generations, long nowNanos) {
    if (state == State.CLOSED || generations.equals(serviceGenerations)) {
      return take();
    }
    Map<ObjectId, Integer> before = serviceGenerations;
    serviceGenerations = Map.copyOf(generations);
    generations.forEach(
        (serviceId, lost) -> {
          if (lost > before.getOrDefault(serviceId, 0)) {
            announce(new PoolCleared(address, false, Optional.of(serviceId)));
          }
        });
    List<Member> stale = idle.stream().filter(this::isStale).toList();
    idle.removeAll(stale);
    stale.forEach(member -> close(member, CloseReason.STALE));
    serve(nowNanos);
    return take();
  }

  private boolean isStale(Member member) {
    int current =
        member.serviceId == null
            ? generation
            : serviceGenerations.getOrDefault(member.serviceId, 0);
    return member.generation < current;
  }

  /** There shall be no connections any more. Those in use are closed when they come back. */
  public List<PoolEffect> close(long nowNanos) {
    if (state == State.CLOSED) {
      return take();
    }
    state = State.CLOSED;
    closeIdle(CloseReason.POOL_CLOSED);
    members.values().stream()
        .filter(member -> member.pending)
        .forEach(pending -> effects.add(new Interrupt(pending.id, CloseReason.POOL_CLOSED)));
    announce(new PoolClosed(address));
    refuseAll(farewells, CheckOutFailure.POOL_CLOSED, nowNanos);
    refuseAll(queue, CheckOutFailure.POOL_CLOSED, nowNanos);
    return take();
  }

  /**
   * A request asks for a connection. It gets one that is idle, or one that it makes for itself, or
   * is refused: at once, or later.
   *
   * @param ticket the request's number, which no other has
   * @param farewell whether the request only says what is over
   */
  public List<PoolEffect> checkOut(long ticket, boolean farewell, long nowNanos) {
    Asker asker = new Asker(ticket, farewell, nowNanos);
    announce(new CheckOutStarted(address));
    if (state == State.CLOSED) {
      refuse(asker, CheckOutFailure.POOL_CLOSED, nowNanos);
    } else if (state == State.PAUSED && !farewell) {
      refuse(asker, CheckOutFailure.CONNECTION_ERROR, nowNanos);
    } else {
      closePerished(nowNanos);
      (farewell ? farewells : queue).put(ticket, asker);
      serve(nowNanos);
    }
    return take();
  }

  /** A request asks for an idle connection. It gets one at once, or nothing happens. */
  public List<PoolEffect> checkOutIdle(long ticket, long nowNanos) {
    if (state == State.READY) {
      closePerished(nowNanos);
      if (!idle.isEmpty()) {
        announce(new CheckOutStarted(address));
        lend(idle.removeLast(), new Asker(ticket, false, nowNanos), nowNanos);
      }
    }
    return take();
  }

  /** A request that waits is not to wait any more. Nothing happens if it does not. */
  public List<PoolEffect> giveUp(long ticket, CheckOutFailure reason, long nowNanos) {
    @Nullable Asker asker = queue.remove(ticket);
    if (asker == null) {
      asker = farewells.remove(ticket);
    }
    if (asker != null) {
      refuse(asker, reason, nowNanos);
    }
    return take();
  }

  /**
   * A connection that is being made leads to a service behind a load balancer.
   *
   * @param serviceGeneration how often that service was lost before
   */
  public void leadsTo(ObjectId serviceId, int serviceGeneration, long connectionId) {
    Member member = member(connectionId);
    member.serviceId = serviceId;
    member.generation = serviceGeneration;
  }

  /** A connection of {@link Open} is made, and lent if somebody made it for himself. */
  public List<PoolEffect> opened(long connectionId, long nowNanos) {
    Member member = pending(connectionId);
    announce(new ConnectionReady(address, member.id, nowNanos - member.createdNanos));
    @Nullable Asker maker = member.maker;
    member.maker = null;
    if (maker != null) { // Even if the pool was cleared meanwhile: the server has just answered.
      lend(member, maker, nowNanos);
    } else {
      keepOrClose(member, true, nowNanos);
    }
    serve(nowNanos);
    return take();
  }

  /**
   * A connection of {@link Open} could not be made, or not be used as it was made.
   *
   * @param error why, for people
   */
  public List<PoolEffect> openFailed(long connectionId, String error, long nowNanos) {
    Member member = pending(connectionId);
    @Nullable Asker maker = member.maker;
    if (state == State.CLOSED) {
      close(member, CloseReason.POOL_CLOSED);
    } else {
      close(member, CloseReason.ERROR, Optional.of(error));
    }
    if (maker != null) {
      refuse(maker, CheckOutFailure.CONNECTION_ERROR, Optional.of(error), nowNanos);
    } else {
      populateAtNanos = nowNanos + POPULATION_PAUSE.toNanos();
    }
    serve(nowNanos);
    return take();
  }

  /**
   * A connection comes back.
   *
   * @param reusable whether it is between two exchanges and nothing is wrong with it
   */
  public List<PoolEffect> checkIn(long connectionId, boolean reusable, long nowNanos) {
    Member member = member(connectionId);
    if (member.pending || member.idle) {
      throw new IllegalStateException("connection " + connectionId + " is not checked out");
    }
    announce(new CheckedIn(address, connectionId));
    keepOrClose(member, reusable, nowNanos);
    serve(nowNanos);
    return take();
  }

  /** Time has passed: see {@link #wakeAtNanos}. */
  public List<PoolEffect> tick(long nowNanos) {
    closePerished(nowNanos);
    serve(nowNanos);
    return take();
  }

  /** When {@link #tick} has something to do; empty if nothing comes with time. */
  public OptionalLong wakeAtNanos() {
    OptionalLong perishes =
        options.maxIdleTime().isZero() || idle.isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(idle.getFirst().idleSinceNanos + options.maxIdleTime().toNanos());
    return populateAtNanos == null || !lacksMembers()
        ? perishes
        : OptionalLong.of(Math.min(populateAtNanos, perishes.orElse(Long.MAX_VALUE)));
  }

  /** Gives what there is to those who are first, and has made what there may be. */
  private void serve(long nowNanos) {
    if (state == State.CLOSED) {
      return;
    }
    serve(farewells, 1, nowNanos);
    serve(queue, 0, nowNanos);
    if (populateAtNanos != null && nowNanos >= populateAtNanos) {
      populateAtNanos = null;
    }
    if (lacksMembers() && populateAtNanos == null && mayOpen(0)) {
      populating = true;
      open(null, nowNanos);
    }
  }

  /**
   * Serves those who ask, the first one first, as far as that goes.
   *
   * @param beyond by how many the limits may be passed for them
   */
  private void serve(Map<Long, Asker> askers, int beyond, long nowNanos) {
    while (!askers.isEmpty() && (!idle.isEmpty() || mayOpen(beyond))) {
      Asker first = askers.values().iterator().next();
      askers.remove(first.ticket);
      if (idle.isEmpty()) {
        open(first, nowNanos);
      } else {
        lend(idle.removeLast(), first, nowNanos);
      }
    }
  }

  /**
   * Whether another connection may be made.
   *
   * @param beyond by how many the limits may be passed
   */
  private boolean mayOpen(int beyond) {
    return pendingCount < options.maxConnecting() + beyond
        && (options.maxPoolSize() == 0 || members.size() < options.maxPoolSize() + beyond);
  }

  /**
   * Whether one should be made for nobody. One at a time, so that the other places of maxConnecting
   * are left to those who ask.
   */
  private boolean lacksMembers() {
    return state == State.READY && !populating && members.size() < options.minPoolSize();
  }

  private void open(@Nullable Asker maker, long nowNanos) {
    Member member = new Member(++lastConnectionId, generation, nowNanos, maker);
    members.put(member.id, member);
    pendingCount++;
    announce(new ConnectionCreated(address, member.id));
    effects.add(
        new Open(
            member.id,
            generation,
            maker == null ? OptionalLong.empty() : OptionalLong.of(maker.ticket)));
  }

  private void lend(Member member, Asker to, long nowNanos) {
    member.idle = false;
    announce(new CheckedOut(address, member.id, nowNanos - to.sinceNanos));
    effects.add(new Lend(to.ticket, member.id));
  }

  private void refuse(Asker asker, CheckOutFailure reason, long nowNanos) {
    refuse(asker, reason, Optional.empty(), nowNanos);
  }

  private void refuse(Asker asker, CheckOutFailure reason, Optional<String> error, long nowNanos) {
    announce(new CheckOutFailed(address, reason, error, nowNanos - asker.sinceNanos));
    effects.add(new Refuse(asker.ticket, reason));
  }

  private void refuseAll(Map<Long, Asker> askers, CheckOutFailure reason, long nowNanos) {
    askers.values().forEach(asker -> refuse(asker, reason, nowNanos));
    askers.clear();
  }

  private void keepOrClose(Member member, boolean reusable, long nowNanos) {
    if (state == State.CLOSED) {
      close(member, CloseReason.POOL_CLOSED);
    } else if (isStale(member)) {
      close(member, CloseReason.STALE);
    } else if (!reusable) {
      close(member, CloseReason.ERROR);
    } else if (farewells.isEmpty() && isOneTooMany()) {
      close(member, CloseReason.IDLE);
    } else {
      member.idle = true;
      member.idleSinceNanos = nowNanos;
      idle.addLast(member);
    }
  }

  private boolean isOneTooMany() {
    return options.maxPoolSize() > 0 && members.size() > options.maxPoolSize();
  }

  private void closePerished(long nowNanos) {
    long maxIdleNanos = options.maxIdleTime().toNanos();
    while (maxIdleNanos > 0
        && !idle.isEmpty()
        && nowNanos - idle.getFirst().idleSinceNanos >= maxIdleNanos) {
      close(idle.removeFirst(), CloseReason.IDLE);
    }
  }

  private void closeIdle(CloseReason reason) {
    idle.forEach(member -> close(member, reason));
    idle.clear();
  }

  private void close(Member member, CloseReason reason) {
    close(member, reason, Optional.empty());
  }

  private void close(Member member, CloseReason reason, Optional<String> error) {
    members.remove(member.id);
    announce(new ConnectionClosed(address, member.id, reason, error));
    effects.add(new Close(member.id));
  }

  /** One that is pending, and is no longer so. */
  private Member pending(long connectionId) {
    Member member = member(connectionId);
    if (!member.pending) {
      throw new IllegalStateException("connection " + connectionId + " is made already");
    }
    member.pending = false;
    pendingCount--;
    populating &= member.maker != null;
    return member;
  }

  private Member member(long connectionId) {
    @Nullable Member member = members.get(connectionId);
    if (member == null) {
      throw new IllegalStateException("connection " + connectionId + " is not of this pool");
    }
    return member;
  }

  private void announce(ConnectionPoolEvent event) {
    effects.add(new Announce(event));
  }

  private List<PoolEffect> take() {
    if (effects.isEmpty()) {
      return List.of();
    }
    List<PoolEffect> taken = effects;
    effects = new ArrayList<>();
    return taken;
  }
}
