package dev.tailrace.fakeserver.core;

import com.google.common.math.LongMath;
import dev.tailrace.fakeserver.command.Dispatcher;
import dev.tailrace.fakeserver.command.Invocation;
import dev.tailrace.fakeserver.command.Request;
import dev.tailrace.fakeserver.command.World;
import dev.tailrace.fakeserver.fault.FaultPlan;
import dev.tailrace.fakeserver.history.HistoryEvent.Kind;
import dev.tailrace.fakeserver.history.Recorder;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** The parts of the machine, for each other. */
final class Context {

  final World world;
  final Dispatcher dispatcher;
  final FaultPlan faults;
  final Recorder recorder = new Recorder();
  final Timers timers = new Timers(this::noteFailure);
  final Outbox outbox = new Outbox();

  final Parking parking;
  final Connections connections;
  final Members members;
  final Delivery delivery;

  Context(World world) {
    this.world = world;
    dispatcher = new Dispatcher(world);
    faults = new FaultPlan(world.ids().split());
    parking = new Parking(world, world.nodes());
    connections = new Connections(this);
    members = new Members(this);
    delivery = new Delivery(this);
  }

  long nowNanos() {
    return world.set().nowNanos();
  }

  void later(long nanos, Runnable task) {
    timers.at(LongMath.saturatedAdd(nowNanos(), nanos), task);
  }

  /** A fault of ours, in what nobody asked for and so nobody can be told. */
  private void noteFailure(Throwable failure) {
    record(0, 0, Kind.FAULT, "the fake server failed: " + failure, null);
  }

  /** A run of a command that came over {@code link}. */
  Invocation invocation(Link link, Request request) {
    return new Invocation(
        request, world, world.nodes().get(link.member), link.client, connections::operations);
  }

  void record(
      int member, long connection, Kind kind, String name, @Nullable BsonDocument document) {
    recorder.add(nowNanos(), member, connection, kind, name, document);
  }

  /** Writes down something about a connection that has no document. */
  void note(Link link, Kind kind, String what) {
    record(link.member, link.id, kind, what, null);
  }
}
