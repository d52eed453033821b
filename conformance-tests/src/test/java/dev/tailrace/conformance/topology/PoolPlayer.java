package dev.tailrace.conformance.topology;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailed;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionReady;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCleared;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCreated;
import dev.tailrace.wire.event.PoolOptions;
import dev.tailrace.wire.pool.PoolEffect;
import dev.tailrace.wire.pool.PoolEffect.Announce;
import dev.tailrace.wire.pool.PoolEffect.Close;
import dev.tailrace.wire.pool.PoolEffect.Interrupt;
import dev.tailrace.wire.pool.PoolEffect.Lend;
import dev.tailrace.wire.pool.PoolEffect.Open;
import dev.tailrace.wire.pool.PoolEffect.Refuse;
import dev.tailrace.wire.pool.PoolMachine;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * One file of the pool suite with everything around the machine: the threads of the test, the
 * server and its fail point, the topology that clears the pool, and the time, which passes only
 * while somebody waits.
 */
final class PoolPlayer implements PoolEffect.Performer {

  private static final ServerAddress ADDRESS = new ServerAddress("a", 27017);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ANYTHING = 42;
  private static final Set<String> KNOWN_OPTIONS =
      Set.of(
          "maxPoolSize",
          "minPoolSize",
          "maxIdleTimeMS",
          "maxConnecting",
          "waitQueueTimeoutMS",
          "backgroundThreadIntervalMS",
          "appName");

  private final BsonDocument test;
  private final BsonDocument options;
  private final BsonDocument failPoint;
  private final PoolMachine machine;
  private final boolean hasBackground;

  private final PriorityQueue<Planned> planned =
      new PriorityQueue<>(Comparator.comparing(Planned::atNanos).thenComparing(Planned::number));
  private final Map<String, Actor> actors = new HashMap<>();
  private final Map<Long, Actor> waiting = new HashMap<>();
  private final Map<String, Long> labelled = new HashMap<>();
  private final Set<Long> pending = new TreeSet<>();
  private final List<BsonDocument> events = new ArrayList<>();

  private long nowNanos;
  private long plannedCount;
  private long lastTicket;
  private int generation;

  private record Planned(long atNanos, long number, Runnable task) {}

  /** A thread of the test: what it has still to do, and how its last check-out failed. */
  private static final class Actor {
    private final Deque<BsonDocument> todo = new ArrayDeque<>();
    private @Nullable String label;
    private boolean waits;
    private @Nullable CheckOutFailure failure;
  }

  PoolPlayer(BsonDocument test) {
    this.test = test;
    this.options = test.getDocument("poolOptions", new BsonDocument());
    this.failPoint =
        test.getDocument("failPoint", new BsonDocument()).getDocument("data", new BsonDocument());
    assertThat(KNOWN_OPTIONS).containsAll(options.keySet());
    this.hasBackground = number(options, "backgroundThreadIntervalMS", 0) >= 0;
    this.machine =
        new PoolMachine(
            ADDRESS,
            new PoolOptions(
                number(options, "maxPoolSize", 0),
                number(options, "minPoolSize", 0),
                Duration.ofMillis(number(options, "maxIdleTimeMS", 0)),
                number(options, "maxConnecting", 2),
                Duration.ofMillis(number(options, "waitQueueTimeoutMS", 0))));
  }

  void play() {
    perform(machine.start());
    Actor main = new Actor();
    @Nullable CheckOutFailure failure = null;
    for (BsonValue operation : test.getArray("operations")) {
      failure = run(main, operation.asDocument());
      if (failure != null) {
        break;
      }
    }
    checkError(failure);
    checkEvents();
  }

  /** Runs an operation of the main thread; returns the error that it throws. */
  private @Nullable CheckOutFailure run(Actor main, BsonDocument operation) {
    if (operation.containsKey("thread")) {
      Actor actor = actor(operation.getString("thread"));
      actor.todo.add(operation);
      goOn(actor);
      return null;
    }
    switch (operation.getString("name").getValue()) {
      case "start" -> actors.put(operation.getString("target").getValue(), new Actor());
      case "wait" -> pass(TimeUnit.MILLISECONDS.toNanos(number(operation, "ms", 0)));
      case "waitForEvent" -> {
        String event = operation.getString("event").getValue();
        int count = number(operation, "count", 1);
        passUntil(() -> count(event) >= count, count + " times " + event);
      }
      case "waitForThread" -> {
        Actor actor = actor(operation.getString("target"));
        passUntil(() -> !actor.waits, "the end of " + operation);
        return actor.failure;
      }
      default -> {
        main.todo.add(operation);
        goOn(main);
        passUntil(() -> !main.waits, "the end of " + operation);
        return main.failure;
      }
    }
    return null;
  }

  private void goOn(Actor actor) {
    while (!actor.waits && !actor.todo.isEmpty()) {
      BsonDocument operation = actor.todo.remove();
      switch (operation.getString("name").getValue()) {
        case "ready" -> perform(machine.ready(nowNanos));
        case "clear" ->
            clear(operation.getBoolean("interruptInUseConnections", BsonBoolean.FALSE).getValue());
        case "close" -> perform(machine.close(nowNanos));
        case "checkIn" -> {
          long connectionId =
              requireNonNull(labelled.get(operation.getString("connection").getValue()));
          perform(machine.checkIn(connectionId, true, nowNanos));
        }
        case "checkOut" -> {
          long ticket = ++lastTicket;
          actor.waits = true;
          actor.label = operation.getString("label", new BsonString("")).getValue();
          waiting.put(ticket, actor);
          int timeoutMillis = number(options, "waitQueueTimeoutMS", 0);
          if (timeoutMillis > 0) {
            plan(timeoutMillis, () -> machine.giveUp(ticket, CheckOutFailure.TIMEOUT, nowNanos));
          }
          perform(machine.checkOut(ticket, false, nowNanos));
        }
        default -> throw new AssertionError("unknown operation " + operation);
      }
    }
  }

  private void clear(boolean interruptInUse) {
    perform(machine.clear(++generation, interruptInUse, nowNanos));
  }

  // The world around the machine.

  private interface Input {
    List<PoolEffect> run();
  }

  private void plan(long millis, Input input) {
    long atNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(millis);
    planned.add(new Planned(atNanos, ++plannedCount, () -> perform(input.run())));
  }

  private void perform(List<PoolEffect> effects) {
    effects.forEach(effect -> effect.performBy(this));
    if (hasBackground && machine.wakeAtNanos().isPresent()) {
      planned.add(
          new Planned(
              machine.wakeAtNanos().getAsLong(),
              ++plannedCount,
              () -> machine.tick(nowNanos).forEach(effect -> effect.performBy(this))));
    }
  }

  private void pass(long nanos) {
    long untilNanos = nowNanos + nanos;
    while (!planned.isEmpty() && planned.peek().atNanos <= untilNanos) {
      runNext();
    }
    nowNanos = untilNanos;
  }

  private void passUntil(BooleanSupplier condition, String what) {
    long untilNanos = nowNanos + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(!planned.isEmpty() && planned.peek().atNanos <= untilNanos)
          .as("waiting for %s; so far %s", what, events)
          .isTrue();
      runNext();
    }
  }

  private void runNext() {
    Planned next = planned.remove();
    nowNanos = Math.max(nowNanos, next.atNanos);
    next.task.run();
  }

  @Override
  public void announce(Announce announce) {
    events.add(describe(announce.event()));
  }

  @Override
  public void lend(Lend lend) {
    Actor actor = requireNonNull(waiting.remove(lend.ticket()));
    if (!String.valueOf(actor.label).isEmpty()) {
      labelled.put(String.valueOf(actor.label), lend.connectionId());
    }
    actor.waits = false;
    goOn(actor);
  }

  @Override
  public void refuse(Refuse refuse) {
    Actor actor = requireNonNull(waiting.remove(refuse.ticket()));
    actor.failure = refuse.reason();
    actor.waits = false;
  }

  /** As the fail point has the server answer the hello. */
  @Override
  public void open(Open open) {
    long id = open.connectionId();
    pending.add(id);
    boolean fails = failPoint.containsKey("errorCode");
    plan(
        number(failPoint, "blockTimeMS", 0),
        () -> {
          if (!pending.remove(id)) {
            return List.of(); // Interrupted.
          }
          if (fails) {
            clear(false); // By the topology, before the pool is told.
          }
          return fails ? machine.openFailed(id, "no", nowNanos) : machine.opened(id, nowNanos);
        });
  }

  @Override
  public void interrupt(Interrupt interrupt) {
    if (pending.remove(interrupt.connectionId())) {
      plan(0, () -> machine.openFailed(interrupt.connectionId(), "no", nowNanos));
    }
  }

  @Override
  public void close(Close close) {
    pending.remove(close.connectionId());
  }

  // What is expected.

  private void checkError(@Nullable CheckOutFailure failure) {
    @Nullable String expected =
        test.containsKey("error") ? test.getDocument("error").getString("type").getValue() : null;
    assertThat(failure)
        .isEqualTo(
            expected == null
                ? null
                : switch (expected) {
                  case "WaitQueueTimeoutError" -> CheckOutFailure.TIMEOUT;
                  case "PoolClosedError" -> CheckOutFailure.POOL_CLOSED;
                  default -> throw new AssertionError("unknown error " + expected);
                });
  }

  private void checkEvents() {
    BsonArray ignored = test.getArray("ignore", new BsonArray());
    List<BsonDocument> relevant =
        events.stream().filter(event -> !ignored.contains(event.get("type"))).toList();
    BsonArray expected = test.getArray("events");
    assertThat(relevant).as("expected %s", expected).hasSameSizeAs(expected);
    for (int i = 0; i < relevant.size(); i++) {
      checkEvent(relevant.get(i), expected.get(i).asDocument());
    }
  }

  private static void checkEvent(BsonDocument found, BsonDocument expected) {
    expected.forEach(
        (name, value) -> {
          assertThat(found.get(name)).as("%s of %s", name, found).isNotNull();
          if (value.isDocument()) {
            checkEvent(found.getDocument(name), value.asDocument());
          } else if (!value.equals(new BsonInt32(ANYTHING))) {
            BsonValue actual = requireNonNull(found.get(name));
            assertThat(actual.isInt64() ? new BsonInt32((int) actual.asInt64().getValue()) : actual)
                .as("%s of %s", name, found)
                .isEqualTo(value);
          }
        });
  }

  private long count(String type) {
    return events.stream().filter(event -> event.getString("type").getValue().equals(type)).count();
  }

  /** An event as the suite writes it. */
  private static BsonDocument describe(ConnectionPoolEvent event) {
    String name = event.getClass().getSimpleName();
    BsonDocument described =
        new BsonDocument(
                "type", new BsonString(name.startsWith("Connection") ? name : "Connection" + name))
            .append("address", new BsonString(event.address().toString()));
    if (event instanceof PoolCreated created) {
      PoolOptions options = created.options();
      described.append(
          "options",
          new BsonDocument("maxPoolSize", new BsonInt32(options.maxPoolSize()))
              .append("minPoolSize", new BsonInt32(options.minPoolSize()))
              .append("maxIdleTimeMS", new BsonInt64(options.maxIdleTime().toMillis())));
    } else if (event instanceof PoolCleared cleared) {
      described.append(
          "interruptInUseConnections", BsonBoolean.valueOf(cleared.interruptInUseConnections()));
    } else if (event instanceof ConnectionCreated created) {
      described.append("connectionId", new BsonInt64(created.connectionId()));
    } else if (event instanceof ConnectionReady ready) {
      described
          .append("connectionId", new BsonInt64(ready.connectionId()))
          .append("duration", new BsonInt64(ready.durationNanos()));
    } else if (event instanceof ConnectionClosed closed) {
      described
          .append("connectionId", new BsonInt64(closed.connectionId()))
          .append("reason", new BsonString(closed.reason().specName()));
    } else if (event instanceof CheckOutFailed failed) {
      described
          .append("reason", new BsonString(failed.reason().specName()))
          .append("duration", new BsonInt64(failed.durationNanos()));
    } else if (event instanceof CheckedOut checkedOut) {
      described
          .append("connectionId", new BsonInt64(checkedOut.connectionId()))
          .append("duration", new BsonInt64(checkedOut.durationNanos()));
    } else if (event instanceof CheckedIn checkedIn) {
      described.append("connectionId", new BsonInt64(checkedIn.connectionId()));
    }
    return described;
  }

  private Actor actor(BsonString name) {
    return requireNonNull(actors.get(name.getValue()), name.getValue());
  }

  private static int number(BsonDocument document, String name, int otherwise) {
    return document.getInt32(name, new BsonInt32(otherwise)).getValue();
  }
}
