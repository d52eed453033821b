package dev.tailrace.fakeserver.core;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.auth.NewUser;
import dev.tailrace.fakeserver.auth.Users;
import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.command.Node;
import dev.tailrace.fakeserver.command.World;
import dev.tailrace.fakeserver.fault.FaultPlan;
import dev.tailrace.fakeserver.history.Recorder;
import dev.tailrace.fakeserver.history.Traffic;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.fakeserver.replset.ReplicaSet;
import dev.tailrace.fakeserver.transaction.Sessions;
import dev.tailrace.fakeserver.transaction.Transactions;
import dev.tailrace.wire.compression.Compressor;
import dev.tailrace.wire.frame.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replica set of one to seven members, or a standalone, as a pure machine. Not thread-safe.
 *
 * <p>Every input says what happened and when; every input returns a {@link Step}: what to send and
 * close, and when to be woken at the latest. Being woken early does nothing. The clock is monotonic
 * and may stand still; an input that claims an earlier time than one before counts as then.
 */
public final class ReplicaSetCore {

  /**
   * What a set is made of.
   *
   * @param setName its name
   * @param addresses {@code host:port} of each member
   * @param seed decides every id and every throw of the dice
   * @param version the release that is played
   * @param standalone whether the one member is no replica set at all
   * @param loadBalanced whether the one member is reached through a load balancer, as a router is
   * @param electionDelayNanos how long the set is without a primary after one is lost
   * @param startWallMillis the wall clock when the monotonic clock shows 0
   * @param maxOplogBytes how large the oplog may grow
   * @param users who has to say who they are; with none of these and the next, nobody has to
   * @param subjects who is let in by a certificate, as RFC 2253 writes their names
   */
  public record Config(
      String setName,
      List<String> addresses,
      long seed,
      ServerVersion version,
      boolean standalone,
      boolean loadBalanced,
      long electionDelayNanos,
      long startWallMillis,
      long maxOplogBytes,
      List<NewUser> users,
      List<String> subjects) {

    public Config {
      addresses = List.copyOf(addresses);
      users = List.copyOf(users);
      subjects = List.copyOf(subjects);
      if (addresses.isEmpty() || addresses.size() > 7) {
        throw new IllegalArgumentException(
            "members: a set has 1 to 7 of them, not " + addresses.size());
      }
      if (standalone && addresses.size() > 1) {
        throw new IllegalArgumentException("standalone: it has one member, not several");
      }
      if (loadBalanced && (standalone || addresses.size() > 1)) {
        throw new IllegalArgumentException(
            "behindLoadBalancer: it is one router of a cluster, not "
                + (standalone ? "a standalone" : "several members"));
      }
      if (maxOplogBytes < 1) {
        throw new IllegalArgumentException(
            "oplogSize: it has to be 1 byte or more, not " + maxOplogBytes);
      }
    }
  }

  /** Users have chances of their own, so that a set with them does the same as one without. */
  private static final long USERS_SEED = 0x7573_6572_73L;

  private final World world;
  private final Context context;
  private final Housekeeping housekeeping;
  private final TtlMonitor ttlMonitor;

  /** A set that has just been initiated, with its first member as primary. */
  public ReplicaSetCore(Config config) {
    Ids ids = new Ids(config.seed());
    ReplicaSet set =
        new ReplicaSet(
            config.setName(),
            config.addresses(),
            ids,
            config.electionDelayNanos(),
            config.startWallMillis(),
            config.maxOplogBytes());
    world =
        new World(
            set,
            ids,
            config.version(),
            config.standalone(),
            config.loadBalanced(),
            new Users(config.users(), config.subjects(), new Ids(config.seed() ^ USERS_SEED)),
            new Sessions(),
            new Transactions(),
            new ArrayList<>());
    set.members().forEach(member -> world.nodes().add(new Node(member, ids, config.version(), 0)));
    context = new Context(world);
    housekeeping = new Housekeeping(context);
    ImageExpiry.begin(context);
    ttlMonitor = new TtlMonitor(context);
  }

  // ---- Inputs -----------------------------------------------------------------------------------

  /**
   * A client connected.
   *
   * @param member the member it connected to
   * @param connection a number for the connection that no other has or had
   * @param remote {@code host:port} of the client
   */
  public Step connected(int member, long connection, String remote, long nowNanos) {
    return step(nowNanos, () -> context.connections.open(member, connection, remote));
  }

  /**
   * A connection is encrypted from now on.
   *
   * @param protocol the version of TLS
   * @param subject whose certificate the client has shown; null for nobody's
   */
  public Step encrypted(long connection, String protocol, @Nullable String subject, long nowNanos) {
    return step(nowNanos, () -> context.connections.encrypted(connection, protocol, subject));
  }

  /**
   * A message came. One on a connection that is unknown, or closed by now, is dropped.
   *
   * @param compressor by what it came compressed; null if it did not
   */
  public Step received(
      long connection, Message message, @Nullable Compressor compressor, long nowNanos) {
    Incoming incoming = new Incoming(message, compressor);
    return step(
        nowNanos,
        () -> {
          context.outbox.putLast(connection);
          context.connections.receive(connection, incoming);
        });
  }

  /** A connection is gone. */
  public Step disconnected(long connection, long nowNanos) {
    return step(nowNanos, () -> context.connections.forget(connection));
  }

  /** Time passed. */
  public Step tick(long nowNanos) {
    return step(nowNanos, () -> {});
  }

  private Step step(long nowNanos, Runnable input) {
    world.set().advance(nowNanos);
    context.timers.run(world.set().nowNanos());
    context.parking.wake();
    input.run();
    context.parking.wake();
    housekeeping.plan();
    ttlMonitor.plan();
    return new Step(
        context.outbox.take(), Math.min(context.timers.nextNanos(), world.set().wakeAtNanos()));
  }

  // ---- What a test does to the set --------------------------------------------------------------

  /** The primary, if there is one, steps down; the election takes its time. */
  public Step stepDown(long nowNanos) {
    return step(nowNanos, () -> world.set().members().forEach(context.members::stepDown));
  }

  /** The member's process dies, and every connection to it with it. */
  public Step crash(int member, long nowNanos) {
    return step(nowNanos, () -> context.members.crash(member(member)));
  }

  /** The member's process starts again, if it does not run. */
  public Step restart(int member, long nowNanos) {
    return step(nowNanos, () -> context.members.restart(member(member)));
  }

  /** How long after an entry was written a secondary applies it. */
  public Step setLag(int member, long lagNanos, long nowNanos) {
    return step(nowNanos, () -> world.set().setLag(member(member), lagNanos));
  }

  /** Kills every open cursor of every member. */
  public Step killCursors(long nowNanos) {
    return step(
        nowNanos, () -> world.nodes().forEach(node -> node.cursors().killIf(cursor -> true)));
  }

  /** Forgets all of the oplog but the newest entry that the majority has, and what comes after. */
  public Step truncateOplog(long nowNanos) {
    return step(nowNanos, () -> world.set().truncateOplog());
  }

  /** Closes every connection to a member, or to all of them for null. */
  public Step closeConnections(@Nullable Integer member, long nowNanos) {
    return step(nowNanos, () -> context.connections.of(member).forEach(context.connections::close));
  }

  /** Sets the wall clock forward or back. */
  public Step jumpWallClock(long millis, long nowNanos) {
    return step(nowNanos, () -> world.set().jumpWallClock(millis));
  }

  private Member member(int index) {
    return world.set().members().get(index);
  }

  // ---- For looking at ---------------------------------------------------------------------------

  /** The faults in force. */
  public FaultPlan faults() {
    return context.faults;
  }

  /** Whether the release has a command of that name. */
  public boolean knows(String command) {
    return context.dispatcher.knows(command);
  }

  /** What happened. */
  public Recorder recorder() {
    return context.recorder;
  }

  /** How clients have spoken so far. */
  public Traffic traffic() {
    return context.connections.traffic();
  }

  /** The members and their history; for reading. */
  public ReplicaSet set() {
    return world.set();
  }

  /** How many getMores wait for an event of a change stream. */
  public int waitingStreams() {
    return context.parking.countStreams();
  }

  /** How many cursors are open on all members. */
  public int openCursors() {
    return world.nodes().stream().mapToInt(node -> node.cursors().all().size()).sum();
  }

  /** A hash of everything that was ever sent and closed, in order. */
  public long outputHash() {
    return context.outbox.hash();
  }
}
