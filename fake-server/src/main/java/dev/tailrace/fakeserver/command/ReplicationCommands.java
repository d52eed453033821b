package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.replset.Journal;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.fakeserver.replset.Member.Role;
import dev.tailrace.fakeserver.replset.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/** Commands about the set itself. */
final class ReplicationCommands {

  private static final int PRIMARY = 1;
  private static final int SECONDARY = 2;
  private static final int RECOVERING = 3;
  private static final int DOWN = 8;

  /** How long a primary that stepped down stays out of elections, unless told otherwise. */
  private static final long DEFAULT_STEP_DOWN_SECONDS = 60;

  private ReplicationCommands() {}

  static Outcome replSetGetStatus(Invocation call) {
    requireSet(call);
    ReplicaSet set = call.set();
    Journal journal = set.journal();
    Member self = call.member();
    long majority = set.majorityAt(self);
    BsonDateTime majorityWall = new BsonDateTime(journal.wallMillisAt(majority));
    BsonDateTime appliedWall = new BsonDateTime(journal.wallMillisAt(self.applied()));
    BsonDocument optimes =
        new BsonDocument("lastCommittedOpTime", OpTimes.at(journal, majority))
            .append("lastCommittedWallTime", majorityWall)
            .append("readConcernMajorityOpTime", OpTimes.at(journal, majority))
            .append("readConcernMajorityWallTime", majorityWall)
            .append("appliedOpTime", OpTimes.at(journal, self.applied()))
            .append("durableOpTime", OpTimes.at(journal, self.applied()))
            .append("lastAppliedWallTime", appliedWall)
            .append("lastDurableWallTime", appliedWall);
    BsonInt32 voters = new BsonInt32(set.members().size());
    BsonInt32 majorityCount = new BsonInt32(set.majorityCount());
    BsonDocument status =
        new BsonDocument("set", new BsonString(set.name()))
            .append("date", new BsonDateTime(call.wallMillis()))
            .append("myState", new BsonInt32(state(self)))
            .append("term", new BsonInt64(set.term()))
            .append("syncSourceHost", new BsonString(syncSource(set, self)))
            .append("syncSourceId", new BsonInt32(syncSourceId(set, self)))
            .append("heartbeatIntervalMillis", new BsonInt64(2000))
            .append("majorityVoteCount", majorityCount)
            .append("writeMajorityCount", majorityCount)
            .append("votingMembersCount", voters)
            .append("writableVotingMembersCount", voters)
            .append("optimes", optimes)
            .append("lastStableRecoveryTimestamp", journal.timeAt(majority));
    if (self.isPrimary()) {
      status.append("electionCandidateMetrics", electionMetrics(call));
    }
    return new Outcome.Reply(status.append("members", members(call)));
  }

  private static BsonDocument electionMetrics(Invocation call) {
    ReplicaSet set = call.set();
    BsonDocument never =
        new BsonDocument("ts", new BsonTimestamp(0, 0)).append("t", new BsonInt64(-1));
    BsonDateTime electedAt =
        new BsonDateTime(Integer.toUnsignedLong(set.electionTime().getTime()) * 1000);
    return new BsonDocument("lastElectionReason", new BsonString("electionTimeout"))
        .append("lastElectionDate", electedAt)
        .append("electionTerm", new BsonInt64(set.term()))
        .append("lastCommittedOpTimeAtElection", never)
        .append("lastSeenOpTimeAtElection", never)
        .append("numVotesNeeded", new BsonInt32(set.majorityCount()))
        .append("priorityAtElection", new BsonDouble(1))
        .append("electionTimeoutMillis", new BsonInt64(10_000))
        .append("newTermStartDate", electedAt)
        .append("wMajorityWriteAvailabilityDate", electedAt);
  }

  private static BsonArray members(Invocation call) {
    ReplicaSet set = call.set();
    Journal journal = set.journal();
    BsonArray members = new BsonArray();
    for (Member member : set.members()) {
      BsonDocument shown =
          new BsonDocument("_id", new BsonInt32(member.index()))
              .append("name", new BsonString(member.address()))
              .append("health", new BsonDouble(member.isUp() ? 1 : 0))
              .append("state", new BsonInt32(state(member)))
              .append("stateStr", new BsonString(stateName(member)))
              .append("uptime", new BsonInt32(uptimeSeconds(call)))
              .append("optime", OpTimes.at(journal, member.applied()))
              .append("optimeDate", new BsonDateTime(journal.wallMillisAt(member.applied())))
              .append("syncSourceHost", new BsonString(syncSource(set, member)))
              .append("syncSourceId", new BsonInt32(syncSourceId(set, member)))
              .append("infoMessage", new BsonString(""));
      if (member.isPrimary()) {
        shown
            .append("electionTime", set.electionTime())
            .append(
                "electionDate",
                new BsonDateTime(Integer.toUnsignedLong(set.electionTime().getTime()) * 1000));
      }
      shown.append("configVersion", new BsonInt32(1)).append("configTerm", new BsonInt32(1));
      if (member == call.member()) {
        shown.append("self", BsonBoolean.TRUE);
      }
      members.add(shown.append("lastHeartbeatMessage", new BsonString("")));
    }
    return members;
  }

  private static int uptimeSeconds(Invocation call) {
    return (int) TimeUnit.NANOSECONDS.toSeconds(call.nowNanos() - call.node().startedAtNanos());
  }

  private static int state(Member member) {
    return switch (member.role()) {
      case PRIMARY -> PRIMARY;
      case SECONDARY, STEPPING_DOWN -> SECONDARY;
      case TOO_STALE -> RECOVERING;
      case STOPPING, DOWN -> DOWN;
    };
  }

  private static String stateName(Member member) {
    return switch (state(member)) {
      case PRIMARY -> "PRIMARY";
      case SECONDARY -> "SECONDARY";
      case RECOVERING -> "RECOVERING";
      default -> "(not reachable/healthy)";
    };
  }

  private static String syncSource(ReplicaSet set, Member member) {
    Member primary = set.primary();
    return primary == null || primary == member ? "" : primary.address();
  }

  private static int syncSourceId(ReplicaSet set, Member member) {
    Member primary = set.primary();
    return primary == null || primary == member ? -1 : primary.index();
  }

  static Outcome replSetGetConfig(Invocation call) {
    requireSet(call);
    List<BsonDocument> members = new ArrayList<>();
    for (Member member : call.set().members()) {
      members.add(
          new BsonDocument("_id", new BsonInt32(member.index()))
              .append("host", new BsonString(member.address()))
              .append("arbiterOnly", BsonBoolean.FALSE)
              .append("buildIndexes", BsonBoolean.TRUE)
              .append("hidden", BsonBoolean.FALSE)
              .append("priority", new BsonDouble(1))
              .append("tags", new BsonDocument())
              .append("votes", new BsonInt32(1)));
    }
    BsonDocument settings =
        new BsonDocument("chainingAllowed", BsonBoolean.TRUE)
            .append("heartbeatIntervalMillis", new BsonInt32(2000))
            .append("heartbeatTimeoutSecs", new BsonInt32(10))
            .append("electionTimeoutMillis", new BsonInt32(10_000));
    return new Outcome.Reply(
        new BsonDocument(
            "config",
            new BsonDocument("_id", new BsonString(call.set().name()))
                .append("version", new BsonInt32(1))
                .append("term", new BsonInt64(call.set().term()))
                .append("protocolVersion", new BsonInt64(1))
                .append("writeConcernMajorityJournalDefault", BsonBoolean.TRUE)
                .append("members", new BsonArray(members))
                .append("settings", settings)));
  }

  static Outcome replSetStepDown(Invocation call) {
    requireSet(call);
    if (!call.member().isPrimary()) {
      throw new CommandFailure(ErrorCode.NOT_WRITABLE_PRIMARY, "not primary so can't step down");
    }
    long seconds =
        call.request().subject() instanceof BsonNumber number && number.longValue() > 0
            ? number.longValue()
            : DEFAULT_STEP_DOWN_SECONDS;
    boolean force = Flags.isTrue(call.request().body(), "force");
    boolean hasHeir =
        call.set().members().stream()
            .anyMatch(
                other ->
                    other.role() == Role.SECONDARY
                        && other.applied() == call.set().journal().end());
    if (!force && !hasHeir) {
      throw new CommandFailure(
          ErrorCode.EXCEEDED_TIME_LIMIT,
          "No electable secondaries caught up as of %s. Please use the replSetStepDown command with the argument {force: true} to force node to step down."
              .formatted(Instant.ofEpochMilli(call.wallMillis())));
    }
    return new Outcome.StepDown(TimeUnit.SECONDS.toNanos(seconds));
  }

  static Outcome replSetFreeze(Invocation call) {
    requireSet(call);
    if (call.member().isPrimary()) {
      throw new CommandFailure(
          ErrorCode.NOT_SECONDARY,
          "cannot freeze node when primary or running for election. state: Primary");
    }
    long seconds = call.request().subject() instanceof BsonNumber number ? number.longValue() : 0;
    call.set().freeze(call.member(), TimeUnit.SECONDS.toNanos(seconds));
    return new Outcome.Reply(new BsonDocument());
  }

  static Outcome shutdown(Invocation call) {
    return new Outcome.ShutDown();
  }

  private static void requireSet(Invocation call) {
    if (call.world().standalone()) {
      throw new CommandFailure(ErrorCode.NO_REPLICATION_ENABLED, "not running with --replSet");
    }
  }
}
