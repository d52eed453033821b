package dev.tailrace.fakeserver.replset;

import com.google.common.math.LongMath;
import com.google.common.primitives.Longs;
import dev.tailrace.fakeserver.clock.Ids;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.replset.Member.Role;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonTimestamp;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The members and their common history. All that depends on time happens in {@link #advance}. Not
 * thread-safe.
 *
 * <h2>Rules</h2>
 *
 * <ul>
 *   <li>Only the primary writes; another member applies an entry once it is as old as its lag, and
 *       as long as some member that is up has it.
 *   <li>The majority point is the newest position that more than half of the members have applied,
 *       and never goes back.
 *   <li>Without a primary an election ends after the election delay: of the members that may stand
 *       and have applied at least as much as each of a majority, the one that has applied most
 *       wins, and of equals the first one. It starts a new term with an entry of its own. So
 *       whatever the majority has stays.
 *   <li>What the winner has not applied is rolled back, for everybody.
 *   <li>An oplog that is too large loses its oldest entries, though never what is newer than the
 *       majority point. A member whose newest entry is lost that way cannot go on from there: it is
 *       too stale until its process starts again and copies all data anew.
 * </ul>
 */
public final class ReplicaSet {

  private final String name;
  private final List<Member> members;
  private final Journal journal;
  private final Ids ids;
  private final long electionDelayNanos;
  private final long startWallMillis;

  private long nowNanos;
  private long clockJumpMillis;
  private long term;
  private ObjectId electionId = electionIdOf(0);
  private @Nullable Member primary;
  private long majority;
  private long electionAtNanos = Long.MAX_VALUE;
  private BsonTimestamp electionTime = new BsonTimestamp(0, 0);

  /** Entry times for lag: when entry {@code lagBase + i} was written, on the monotonic clock. */
  private final List<Long> writtenAtNanos = new ArrayList<>();

  private long lagBase;

  /** Where the journal ended when every member was found to have applied it; -1 if not all have. */
  private long settledAt = -1;

  /**
   * A set that has just been initiated: the first member is primary in term 1.
   *
   * @param startWallMillis the wall clock when the monotonic clock shows 0
   * @param maxOplogBytes how large the oplog may grow
   */
  public ReplicaSet(
      String name,
      List<String> addresses,
      Ids ids,
      long electionDelayNanos,
      long startWallMillis,
      long maxOplogBytes) {
    this.name = name;
    this.ids = ids;
    this.electionDelayNanos = electionDelayNanos;
    this.startWallMillis = startWallMillis;
    journal = new Journal(new BsonTimestamp((int) (startWallMillis / 1000), 0), maxOplogBytes);
    List<Member> all = new ArrayList<>();
    for (String address : addresses) {
      all.add(new Member(all.size(), address, ids.objectId(startWallMillis)));
    }
    members = List.copyOf(all);
    append(List.of(new Change.Noop(Change.Noop.INITIATING_SET)), State.empty(), null);
    catchUp();
    win(members.get(0));
  }

  /** The name of the set. */
  public String name() {
    return name;
  }

  /** Every member, in the order of the configuration. */
  public List<Member> members() {
    return members;
  }

  /** The common history. */
  public Journal journal() {
    return journal;
  }

  /** The primary, or null while there is none. */
  public @Nullable Member primary() {
    return primary;
  }

  /** The current term. */
  public long term() {
    return term;
  }

  /** The cluster time at which the current term began. */
  public BsonTimestamp electionTime() {
    return electionTime;
  }

  /** What hello says of the election: the term in the low bytes (SDAM specification). */
  public ObjectId electionId() {
    return electionId;
  }

  private static ObjectId electionIdOf(long term) {
    return new ObjectId("7fffffff%016x".formatted(term));
  }

  /** How many members make a majority. */
  public int majorityCount() {
    return members.size() / 2 + 1;
  }

  /** The position that the majority of the members has applied. */
  public long majority() {
    return majority;
  }

  /** How much of the majority's history a member has itself. */
  public long majorityAt(Member member) {
    return Math.min(majority, member.applied);
  }

  /** How many members have applied the journal up to {@code position}. */
  public int countApplied(long position) {
    return (int) members.stream().filter(member -> member.applied >= position).count();
  }

  /** The monotonic clock, as it was handed in last. */
  public long nowNanos() {
    return nowNanos;
  }

  /** The wall clock that goes with {@link #nowNanos}. */
  public long wallMillis() {
    return startWallMillis + clockJumpMillis + nowNanos / 1_000_000;
  }

  /** Sets the wall clock forward or back; the monotonic clock does not notice. */
  public void jumpWallClock(long millis) {
    clockJumpMillis += millis;
  }

  /** Writes changes as one entry each, with {@code after} as what they made together. */
  public void write(Change change, State after) {
    write(List.of(change), after, null);
  }

  /** Writes changes as one entry. */
  public void write(
      List<Change> changes, State after, OplogEntry.@Nullable TransactionId transaction) {
    append(changes, after, transaction);
    catchUp();
  }

  /** Lets the images go of whatever was written at {@code wallMillis} or before. */
  public void forgetImages(long wallMillis) {
    journal.oplog().forgetImages(wallMillis);
  }

  /** Changes what is not replicated. */
  public void writeUnreplicated(State after) {
    journal.replaceHead(after);
  }

  private void append(
      List<Change> changes, State after, OplogEntry.@Nullable TransactionId transaction) {
    BsonTimestamp time = journal.clock().tick(wallMillis());
    journal.append(new OplogEntry(time, term, wallMillis(), changes, transaction), after);
    writtenAtNanos.add(nowNanos);
  }

  /** Moves time on: lagging members apply what is due, an election may end. */
  public void advance(long toNanos) {
    // Here and not with the write, so that whoever waits for data has seen what was written.
    if (journal.overflows()) {
      forgetBefore(Math.min(journal.oplog().fittingFrom(), majority - 1));
    }
    nowNanos = Math.max(nowNanos, toNanos);
    catchUp();
    if (nowNanos >= electionAtNanos) {
      long dueNanos = electionAtNanos;
      electionAtNanos = Long.MAX_VALUE;
      elect(dueNanos);
    }
  }

  /** When {@link #advance} next has something to do; {@link Long#MAX_VALUE} for never. */
  public long wakeAtNanos() {
    return Math.min(electionAtNanos, nextApplyNanos());
  }

  /** When the next member applies its next entry; {@link Long#MAX_VALUE} for never. */
  private long nextApplyNanos() {
    long next = Long.MAX_VALUE;
    if (settledAt != journal.end()) {
      long reachable = reachable();
      for (Member member : members) {
        if (member.isSyncing() && member.applied < reachable) {
          next = Math.min(next, dueAtNanos(member, member.applied));
        }
      }
    }
    return next;
  }

  /** How far those who are up can get: an entry that none of them has is out of reach. */
  private long reachable() {
    long furthest = 0;
    for (Member member : members) {
      furthest = member.isUp() ? Math.max(furthest, member.applied) : furthest;
    }
    return furthest;
  }

  /** How long after an entry was written a member applies it. */
  public void setLag(Member member, long lagNanos) {
    member.lagNanos = lagNanos;
    catchUp();
  }

  /** The member begins to step down: it is neither primary nor secondary yet. */
  public void beginStepDown(Member member) {
    member.role = Role.STEPPING_DOWN;
    member.topologyCounter++;
    primary = null;
  }

  /**
   * The member that stepped down is a secondary now, and an election begins.
   *
   * @param notEligibleForNanos how long it will not stand for election itself
   */
  public void finishStepDown(Member member, long notEligibleForNanos) {
    member.role = Role.SECONDARY;
    member.topologyCounter++;
    member.notEligibleBeforeNanos = LongMath.saturatedAdd(nowNanos, notEligibleForNanos);
    callElection();
  }

  /** Just long enough to stay out of the next election, and no longer. */
  public long oneElectionNanos() {
    return LongMath.saturatedAdd(electionDelayNanos, 1);
  }

  /** Keeps a secondary from standing for election for some time; 0 lifts that. */
  public void freeze(Member member, long nanos) {
    member.notEligibleBeforeNanos = LongMath.saturatedAdd(nowNanos, nanos);
    callElection();
  }

  /** The member's process is about to end. */
  public void beginStop(Member member) {
    member.role = Role.STOPPING;
  }

  /** The member's process ends. */
  public void stop(Member member) {
    member.role = Role.DOWN;
    if (primary == member) {
      primary = null;
    }
    if (primary != null && upCount() < majorityCount()) {
      Member lonely = primary;
      beginStepDown(lonely);
      finishStepDown(lonely, 0);
    }
    callElection();
  }

  /**
   * The member's process starts again, with the data it had, as far as that was not rolled back. If
   * that is too old to go on from, it copies all data from another member.
   */
  public void restart(Member member) {
    member.role = Role.SECONDARY;
    member.notEligibleBeforeNanos = Long.MIN_VALUE; // The process that was told so is gone.
    if (isTooStale(member)) {
      member.applied = majority; // An initial sync, which copies what the majority has.
    }
    member.processId = ids.objectId(wallMillis());
    member.topologyCounter = 1;
    catchUp();
    callElection();
  }

  private long upCount() {
    return members.stream().filter(Member::isUp).count();
  }

  private void callElection() {
    if (primary == null) {
      // One that waits for a member which may stand now need not wait as long as it was to.
      electionAtNanos =
          Math.min(electionAtNanos, LongMath.saturatedAdd(nowNanos, electionDelayNanos));
    }
  }

  /**
   * Holds the election that was due then. Who may stand is judged by that time, not by when the
   * clock happened to be looked at.
   */
  private void elect(long dueNanos) {
    if (primary != null || upCount() < majorityCount()) {
      return; // A restart calls the next one.
    }
    Member winner =
        members.stream()
            .filter(member -> member.isSyncing() && mayStand(member, dueNanos) && votesFor(member))
            .max(
                Comparator.comparingLong(Member::applied)
                    .thenComparing(Comparator.comparingInt(Member::index).reversed()))
            .orElse(null);
    if (winner != null) {
      win(winner);
      return;
    }
    // The one that has applied most may not stand yet, or the others have to catch up with it.
    electionAtNanos = nextApplyNanos();
    for (Member member : members) {
      if (member.isUp() && !mayStand(member, dueNanos)) {
        electionAtNanos = Math.min(electionAtNanos, member.notEligibleBeforeNanos);
      }
    }
  }

  private static boolean mayStand(Member member, long atNanos) {
    return member.notEligibleBeforeNanos <= atNanos;
  }

  /** Nobody votes for one that has applied less than itself. */
  private boolean votesFor(Member candidate) {
    long votes =
        members.stream()
            .filter(voter -> voter.isUp() && voter.applied <= candidate.applied)
            .count();
    return votes >= majorityCount();
  }

  private void win(Member winner) {
    rollBackTo(winner.applied);
    term++;
    electionId = electionIdOf(term);
    primary = winner;
    winner.role = Role.PRIMARY;
    for (Member member : members) {
      member.topologyCounter++; // Each of them learns of the new primary.
    }
    append(List.of(new Change.Noop("new primary")), journal.head(), null);
    electionTime = journal.timeAt(journal.end());
    catchUp();
  }

  private void rollBackTo(long position) {
    if (position < journal.end()) {
      journal.rollBackTo(position);
      int kept = (int) (position - lagBase);
      writtenAtNanos.subList(kept, writtenAtNanos.size()).clear();
      for (Member member : members) {
        member.applied = Math.min(member.applied, position);
      }
    }
  }

  /** Forgets all of the oplog but what the majority does not have yet, and one entry before. */
  public void truncateOplog() {
    forgetBefore(majority - 1);
  }

  /** Moves every mark as far as it may go, then lets go of what nobody needs any more. */
  private void catchUp() {
    if (settledAt == journal.end()) {
      return;
    }
    if (primary != null) {
      primary.applied = journal.end();
    }
    long reachable = term == 0 ? journal.end() : reachable();
    for (Member member : members) {
      while (member.isSyncing()
          && member.applied < reachable
          && (member.lagNanos == 0 || dueAtNanos(member, member.applied) <= nowNanos)) {
        member.applied = member.lagNanos == 0 ? reachable : member.applied + 1;
      }
    }
    long[] marks = marks();
    majority = Math.max(majority, marks[marks.length - majorityCount()]);
    release(Math.min(marks[0], majority));
    settledAt = marks[0] == journal.end() ? journal.end() : -1;
  }

  /** How far each member has applied the journal, ascending. */
  private long[] marks() {
    long[] marks = new long[members.size()];
    for (Member member : members) {
      marks[member.index()] = member.applied;
    }
    Arrays.sort(marks);
    return marks;
  }

  private void forgetBefore(long position) {
    Set<Long> marks = new TreeSet<>(Longs.asList(marks()));
    marks.add(majority);
    journal.forgetBefore(position, marks);
    for (Member member : members) {
      if (member.isSyncing() && isTooStale(member)) {
        member.role = Role.TOO_STALE;
        member.topologyCounter++;
      }
    }
  }

  /** Nobody can tell it what comes after an entry that nobody else has any more. */
  private boolean isTooStale(Member member) {
    return member.applied <= journal.oplog().firstPosition();
  }

  /** Lets go of what was there for those who have applied less; of the too stale none counts. */
  private void release(long oldestMark) {
    long oldest = Math.max(oldestMark, Math.min(journal.oplog().firstPosition() + 1, majority));
    journal.release(oldest);
    int unneeded = (int) (oldest - lagBase);
    if (unneeded > 0) {
      writtenAtNanos.subList(0, unneeded).clear();
      lagBase = oldest;
    }
  }

  private long dueAtNanos(Member member, long position) {
    return LongMath.saturatedAdd(writtenAtNanos.get((int) (position - lagBase)), member.lagNanos);
  }
}
