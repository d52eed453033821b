package dev.tailrace.fakeserver.command;

import com.google.common.base.CharMatcher;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.auth.Users;
import dev.tailrace.fakeserver.command.Definition.Trait;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.transaction.SessionInfo;
import dev.tailrace.fakeserver.transaction.Transaction;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands: finds them, checks what all have in common, and completes their replies.
 *
 * <p>The checks come in the server's order: is there such a command, is it the right database, does
 * the client have to say who it is first, the session fields, may it run on this member, the read
 * concern. After the command a write waits for its write concern.
 */
public final class Dispatcher {

  /** A client's clock may be ahead of ours by no more than this. */
  private static final long MAX_DRIFT_SECONDS = TimeUnit.DAYS.toSeconds(365);

  /** Commands that take a write concern for what they may lead to. */
  private static final Set<String> WRITE_CONCERN_IGNORED = Set.of("aggregate", "explain");

  private static final CharMatcher NOT_IN_DATABASE_NAMES = CharMatcher.anyOf(" $./\\\"\0");

  private final World world;
  private final Registry registry;
  private final Replies replies;

  /** A dispatcher for the members of one set. */
  public Dispatcher(World world) {
    this.world = world;
    registry = new Registry(world.version());
    replies = new Replies(world);
  }

  /** Whether there is a command of that name. */
  public boolean knows(String name) {
    return registry.find(name) != null;
  }

  /** Whether a command of that name may carry a write concern. */
  public boolean takesWriteConcern(String name) {
    Definition definition = registry.find(name);
    return definition != null && takesWriteConcern(definition);
  }

  private static boolean takesWriteConcern(Definition definition) {
    return definition.has(Trait.WRITE_CONCERN) || WRITE_CONCERN_IGNORED.contains(definition.name());
  }

  /**
   * Runs a command.
   *
   * @throws CommandFailure if it is refused
   */
  public Outcome run(Invocation call) {
    Definition definition = registry.find(call.request().name());
    if (definition == null) {
      throw new CommandFailure(
          ErrorCode.COMMAND_NOT_FOUND, "no such command: '" + call.request().name() + "'");
    }
    if (world.version().atLeast(5, 0)) {
      StableApi.check(call.request(), definition.name());
    }
    if (definition.has(Trait.ADMIN_ONLY) && !call.request().db().equals("admin")) {
      throw new CommandFailure(
          ErrorCode.UNAUTHORIZED,
          definition.name() + " may only be run against the admin database.");
    }
    if (world.users().areRequired()
        && call.connection().user() == null
        && !definition.has(Trait.FOR_ANYBODY)) {
      throw new CommandFailure(
          ErrorCode.UNAUTHORIZED, "command " + definition.name() + " requires authentication");
    }
    if (!world.version().atLeast(5, 0)) {
      ReadPreferenceField.check(call.request().get("$readPreference"));
    }
    checkDatabaseName(call.request().db());
    checkSession(call, definition);
    hearClusterTime(call.request());
    checkRole(call, definition);
    checkWriteConcernAllowed(call, definition);
    if (call.session().inTransaction()) {
      return inTransaction(call, definition);
    }
    MaxTime.check(call.request(), world.version());
    MaxTime.expireIfTold(call);
    WriteConcern writeConcern = writeConcern(call, definition);
    if (!definition.has(Trait.READ_CONCERN)) {
      Snapshot.requireNoLevel(call);
      return execute(call, definition, writeConcern);
    }
    ReadConcern concern = ReadConcern.of(call.request().get("readConcern"), world.version());
    call.setReadConcern(concern);
    AggregateCommand.requireWritableUnder(call, concern);
    Snapshot.requireReadable(call, definition.name());
    if (!isReached(call, concern)) {
      return new Outcome.Wait(new ClusterTimeWait(call, concern, definition, writeConcern));
    }
    return read(call, definition, writeConcern);
  }

  private Outcome read(
      Invocation call, Definition definition, @Nullable WriteConcern writeConcern) {
    if (Snapshot.isRead(call)) {
      call.setSnapshot(Snapshot.take(call, call.readConcern().atClusterTime()));
    }
    return execute(call, definition, writeConcern);
  }

  /** A command that fails takes its transaction with it. */
  private Outcome inTransaction(Invocation call, Definition definition) {
    Transaction transaction = TransactionCommands.enter(call, definition.name());
    call.setTransaction(transaction);
    if (transaction == null) {
      MaxTime.check(call.request(), world.version());
      return execute(call, definition, writeConcern(call, definition));
    }
    if (call.session().startTransaction()) {
      transaction.limitTo(call.node().parameters().transactionLifetimeNanos());
      transaction.setApi(StableApi.fields(call.request()));
    }
    Outcome outcome;
    try {
      StableApi.requireSame(call, definition.name(), transaction);
      MaxTime.check(call.request(), world.version());
      outcome = execute(call, definition, null);
    } catch (RuntimeException | StackOverflowError e) {
      world.transactions().abort(transaction);
      throw e;
    }
    return abortIfItFails(transaction, outcome);
  }

  private Outcome abortIfItFails(Transaction transaction, Outcome outcome) {
    if (!(outcome instanceof Outcome.Wait wait)) {
      return outcome;
    }
    return new Outcome.Wait(
        new InnerWait(
            wait.waiting(),
            now -> {
              Outcome later;
              try {
                later = wait.waiting().poll(now);
              } catch (RuntimeException | StackOverflowError e) {
                world.transactions().abort(transaction);
                throw e;
              }
              return later == null ? null : abortIfItFails(transaction, later);
            },
            () -> world.transactions().abort(transaction)));
  }

  private Outcome execute(
      Invocation call, Definition definition, @Nullable WriteConcern writeConcern) {
    Outcome outcome = IntentWait.orWait(call, definition, () -> definition.command().run(call));
    return complete(call, outcome, writeConcern);
  }

  /** Has what was written wait for its write concern, be it done at once or after a wait. */
  private Outcome complete(Invocation call, Outcome outcome, @Nullable WriteConcern writeConcern) {
    if (writeConcern == null || world.standalone()) {
      return outcome;
    }
    if (outcome instanceof Outcome.Wait wait) {
      return new Outcome.Wait(
          new InnerWait(
              wait.waiting(),
              now -> {
                Outcome later = wait.waiting().poll(now);
                return later == null ? null : complete(call, later, writeConcern);
              },
              () -> {}));
    }
    return outcome instanceof Outcome.Reply reply ? afterWrite(call, reply, writeConcern) : outcome;
  }

  /** The reply of a command that succeeded, complete. */
  public BsonDocument success(Invocation call, BsonDocument body) {
    return replies.success(body, operationTime(call));
  }

  /**
   * The reply of a command that failed, complete.
   *
   * @param labels exactly these; null for those that the server gives
   */
  public BsonDocument failure(
      Invocation call, CommandFailure failure, @Nullable List<String> labels) {
    List<String> given = labels == null ? labels(call, failure.code()) : labels;
    return replies.failure(failure, given, call.member(), operationTime(call));
  }

  /** The labels that the server gives an error of that command. */
  public List<String> labels(Invocation call, int code) {
    boolean isRetryableWrite =
        call.request().body().containsKey("txnNumber")
            && !call.request().body().containsKey("autocommit");
    return ErrorLabels.of(
        code,
        call.request(),
        call.isOnChangeStream(),
        isRetryableWrite,
        call.writtenTo() >= 0,
        world.version());
  }

  /** The same for a write concern error, which never is a reason to try a transaction again. */
  public List<String> labelsOfWriteConcernError(Invocation call, int code) {
    return labels(call, code).stream()
        .filter(label -> !label.equals(ErrorLabels.TRANSIENT))
        .toList();
  }

  /** Completes a reply with a write concern error of that code: behind its labels. */
  public void appendTopologyVersion(BsonDocument reply, Invocation call, int code) {
    replies.appendTopologyVersion(reply, code, call.member());
  }

  /** The failure of a getMore that waits when its member shuts down. */
  public CommandFailure interruptedAtShutdown(Invocation call) {
    return ExecutorErrors.interruptedAtShutdown(call);
  }

  /** The failure of a command that was told to end. */
  public CommandFailure interrupted(Invocation call) {
    return ExecutorErrors.interrupted(call);
  }

  private BsonTimestamp operationTime(Invocation call) {
    long position = call.readConcern().isMajority() ? call.readPosition() : call.member().applied();
    return world.set().journal().timeAt(position);
  }

  private static void checkDatabaseName(String db) {
    if (db.equals(Users.EXTERNAL)) {
      return; // The one name with a dollar sign: it has users and nothing else.
    }
    if (db.isEmpty() || db.length() >= 64 || NOT_IN_DATABASE_NAMES.matchesAnyOf(db)) {
      throw new CommandFailure(ErrorCode.INVALID_NAMESPACE, "Invalid database name: '" + db + "'");
    }
  }

  private void checkSession(Invocation call, Definition definition) {
    SessionInfo session = SessionInfo.of(call.request().body());
    BsonBinary sessionId = session.sessionId();
    if (sessionId != null) {
      world.sessions().touch(sessionId, call.nowNanos());
    }
    if (session.txnNumber() != null) {
      if (!session.inTransaction() && !definition.has(Trait.RETRYABLE_WRITE)) {
        throw new CommandFailure(
            50_768,
            "txnNumber may only be provided for multi-document transactions and retryable write"
                + " commands. autocommit:false was not provided, and "
                + definition.name()
                + " is not a retryable write command.");
      }
      if (world.standalone()) {
        throw new CommandFailure(
            ErrorCode.ILLEGAL_OPERATION,
            "Transaction numbers are only allowed on a replica set member or mongos");
      }
    }
    call.setSession(session);
  }

  private void hearClusterTime(Request request) {
    if (request.get("$clusterTime") instanceof BsonDocument gossip
        && gossip.get("clusterTime") instanceof BsonTimestamp time) {
      long ahead = Integer.toUnsignedLong(time.getTime()) - world.set().wallMillis() / 1000;
      if (ahead > MAX_DRIFT_SECONDS) {
        throw new CommandFailure(
            ErrorCode.CLUSTER_TIME_FAILS_RATE_LIMITER,
            "New cluster time, %d, is too far from this node's wall clock time, %d."
                .formatted(
                    Integer.toUnsignedLong(time.getTime()), world.set().wallMillis() / 1000));
      }
      world.set().journal().clock().hear(time);
    }
  }

  private void checkRole(Invocation call, Definition definition) {
    Member member = call.member();
    if (world.standalone() || member.isPrimary()) {
      return;
    }
    boolean modernWords = world.version().atLeast(5, 0) && call.connection().helloOk();
    if (definition.has(Trait.PRIMARY_ONLY) && !call.request().db().equals("local")) {
      throw new CommandFailure(
          ErrorCode.NOT_WRITABLE_PRIMARY, modernWords ? "not primary" : "not master");
    }
    if (definition.has(Trait.SECONDARY_IF_ASKED)) {
      if (!isAskedOfSecondary(call.request())) {
        throw new CommandFailure(
            ErrorCode.NOT_PRIMARY_NO_SECONDARY_OK,
            modernWords ? "not primary and secondaryOk=false" : "not master and slaveOk=false");
      }
      if (member.role() != Member.Role.SECONDARY) {
        throw recovering();
      }
    }
  }

  /** The refusal of a member that is neither primary nor secondary. */
  static CommandFailure recovering() {
    return new CommandFailure(ErrorCode.NOT_PRIMARY_OR_SECONDARY, "node is recovering");
  }

  private static boolean isAskedOfSecondary(Request request) {
    return request.get("$readPreference") instanceof BsonDocument preference
        && preference.get("mode") instanceof BsonString mode
        && !mode.getValue().equals("primary");
  }

  private static void checkWriteConcernAllowed(Invocation call, Definition definition) {
    if (!takesWriteConcern(definition) && call.request().body().containsKey("writeConcern")) {
      throw new CommandFailure(ErrorCode.INVALID_OPTIONS, "Command does not support writeConcern");
    }
  }

  private @Nullable WriteConcern writeConcern(Invocation call, Definition definition) {
    if (!takesWriteConcern(definition)) {
      return null;
    }
    BsonValue given = call.request().get("writeConcern");
    WriteConcern concern = WriteConcern.of(given, world.version());
    boolean waits =
        definition.has(Trait.WRITE_CONCERN) || (given != null && AggregateCommand.writes(call));
    return waits ? concern : null;
  }

  private Outcome afterWrite(Invocation call, Outcome.Reply reply, WriteConcern writeConcern) {
    BsonDocument impossible = writeConcern.impossible(world.set(), world.version());
    if (impossible != null) {
      reply.body().append("writeConcernError", impossible);
      return reply;
    }
    long position = call.writtenTo() < 0 ? world.set().journal().end() : call.writtenTo();
    return writeConcern.isSatisfied(world.set(), position)
        ? reply
        : new Outcome.Wait(
            new ReplicationWait(
                call,
                reply,
                writeConcern,
                position,
                world.set().term(),
                writeConcern.deadlineNanos(call.nowNanos())));
  }

  /** Whether the member has data as new as that; a primary makes it so if only the clock lacks. */
  private boolean isReached(Invocation call, ReadConcern concern) {
    BsonTimestamp after = concern.earliest();
    if (after == null) {
      return true;
    }
    BsonTimestamp latest = world.set().journal().clock().latest();
    if (after.compareTo(latest) > 0) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "readConcern %s value must not be greater than the current clusterTime."
                  .formatted(concern.atClusterTime() == null ? "afterClusterTime" : "atClusterTime")
              + " Requested clusterTime: %s; current clusterTime: %s"
                  .formatted(print(after), print(latest)));
    }
    if (call.member().isPrimary() && isAhead(call, after)) {
      world.set().write(new Change.Noop("read concern write"), world.set().journal().head());
    }
    return !isAhead(call, after);
  }

  private boolean isAhead(Invocation call, BsonTimestamp after) {
    return after.compareTo(world.set().journal().timeAt(call.readPosition())) > 0;
  }

  private static String print(BsonTimestamp time) {
    return "{ ts: Timestamp(%d, %d) }"
        .formatted(Integer.toUnsignedLong(time.getTime()), Integer.toUnsignedLong(time.getInc()));
  }

  /** A read that waits for its member to catch up. */
  private final class ClusterTimeWait implements Outcome.Waiting {

    private final Invocation call;
    private final ReadConcern concern;
    private final Definition definition;
    private final @Nullable WriteConcern writeConcern;
    private final long deadlineNanos;

    ClusterTimeWait(
        Invocation call,
        ReadConcern concern,
        Definition definition,
        @Nullable WriteConcern writeConcern) {
      this.call = call;
      this.concern = concern;
      this.definition = definition;
      this.writeConcern = writeConcern;
      deadlineNanos = MaxTime.deadlineNanos(call);
    }

    @Override
    public long deadlineNanos() {
      return deadlineNanos;
    }

    @Override
    public @Nullable Outcome poll(long nowNanos) {
      checkRole(call, definition);
      if (isReached(call, concern)) {
        return read(call, definition, writeConcern);
      }
      if (nowNanos >= deadlineNanos) {
        throw MaxTime.expired();
      }
      return null;
    }
  }

  /** A write that waits for its write concern. */
  private record ReplicationWait(
      Invocation call,
      Outcome.Reply reply,
      WriteConcern writeConcern,
      long position,
      long term,
      long deadlineNanos)
      implements Outcome.Waiting {

    /** What is written stays written; the client hears that nobody waited for the rest. */
    @Override
    public Outcome interrupt(CommandFailure why) {
      reply.body().append("writeConcernError", WriteConcern.interrupted(why, call.version()));
      return reply;
    }

    @Override
    public @Nullable Outcome poll(long nowNanos) {
      ServerVersion version = call.version();
      if (!call.member().isPrimary() || call.set().term() != term) {
        reply.body().append("writeConcernError", WriteConcern.steppedDown(version));
        boolean isRetryable = call.session().isRetryableWrite() && version.atLeast(4, 4);
        return isRetryable
            ? new Outcome.Reply(
                reply.body().append("errorLabels", Replies.labels(List.of("RetryableWriteError"))))
            : reply;
      }
      if (writeConcern.isSatisfied(call.set(), position)) {
        return reply;
      }
      if (nowNanos >= deadlineNanos) {
        reply.body().append("writeConcernError", writeConcern.timedOut(version));
        return reply;
      }
      return null;
    }
  }
}
