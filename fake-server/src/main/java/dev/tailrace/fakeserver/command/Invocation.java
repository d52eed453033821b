package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.value.Collation;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.fakeserver.replset.ReplicaSet;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.transaction.SessionInfo;
import dev.tailrace.fakeserver.transaction.Transaction;
import dev.tailrace.fakeserver.transaction.Transaction.Touched;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** One command being run: what was asked, by whom, on which member, and all that it may use. */
public final class Invocation {

  private final Request request;
  private final World world;
  private final Node node;
  private final ClientConnection connection;
  private final Operation.Running running;
  private SessionInfo session = SessionInfo.NONE;
  private ReadConcern readConcern = ReadConcern.NONE;
  private @Nullable Transaction transaction;
  private @Nullable Snapshot snapshot;
  private boolean isOnChangeStream;
  private boolean connectionEnds;
  private long writtenTo = -1;

  /** A command that is about to be run. */
  public Invocation(
      Request request,
      World world,
      Node node,
      ClientConnection connection,
      Operation.Running running) {
    this.request = request;
    this.world = world;
    this.node = node;
    this.connection = connection;
    this.running = running;
  }

  /** The run of a command within this one. */
  Invocation of(String name, BsonDocument body) {
    Invocation inner =
        new Invocation(
            new Request(name, request.db(), body, Map.of(), false, false),
            world,
            node,
            connection,
            running);
    inner.session = session;
    inner.readConcern = readConcern;
    inner.transaction = transaction;
    return inner;
  }

  void setSession(SessionInfo checked) {
    session = checked;
  }

  void setTransaction(@Nullable Transaction entered) {
    transaction = entered;
  }

  /** The transaction that it belongs to; null for none. */
  @Nullable Transaction transaction() {
    return transaction;
  }

  void setReadConcern(ReadConcern checked) {
    readConcern = checked;
  }

  /** What was asked. */
  public Request request() {
    return request;
  }

  /** What all commands of the set share. */
  public World world() {
    return world;
  }

  /** The process it runs in. */
  public Node node() {
    return node;
  }

  /** The member it runs on. */
  public Member member() {
    return node.member();
  }

  /** The client. */
  public ClientConnection connection() {
    return connection;
  }

  /** What runs beside it. */
  Operation.Running running() {
    return running;
  }

  /** The session part of the command; empty until the dispatcher has checked it. */
  public SessionInfo session() {
    return session;
  }

  /** What it wants to read; whatever there is until the dispatcher has checked it. */
  public ReadConcern readConcern() {
    return readConcern;
  }

  /** The set. */
  public ReplicaSet set() {
    return world.set();
  }

  /** The release that is played. */
  public ServerVersion version() {
    return world.version();
  }

  /** The monotonic clock. */
  public long nowNanos() {
    return set().nowNanos();
  }

  /** The member's wall clock. */
  public long wallMillis() {
    return set().wallMillis();
  }

  /** The position in the journal whose catalog the command reads. */
  public long readPosition() {
    return readConcern.isMajority() ? set().majorityAt(member()) : member().applied();
  }

  /** The catalog that the command reads. */
  public State readState() {
    if (transaction != null) {
      return transaction.state();
    }
    if (snapshot != null) {
      return snapshot.state();
    }
    long position = readPosition();
    State state = set().journal().stateAt(position);
    return PreImages.mayBeReadBy(this)
        ? state.with(PreImages.at(set().journal().oplog(), position))
        : state;
  }

  void setSnapshot(Snapshot taken) {
    snapshot = taken;
  }

  /** The time of the snapshot that it reads outside of transactions; null if it reads none. */
  @Nullable BsonTimestamp atClusterTime() {
    return snapshot == null ? null : snapshot.time();
  }

  /** Where its writes go. */
  public WriteTarget target() {
    return transaction == null ? new Direct() : new InTransaction(transaction);
  }

  /** Writes the changes of a transaction as one entry. */
  void writeTogether(List<Change> changes, State after, OplogEntry.TransactionId id) {
    set().write(changes, after, id);
    writtenTo = set().journal().end();
  }

  /** The journal position behind the last write of this command; -1 if it wrote nothing. */
  long writtenTo() {
    return writtenTo;
  }

  /** Notes that the command works on a change stream's cursor: some errors get labels for that. */
  void noteChangeStream() {
    isOnChangeStream = true;
  }

  /** Whether the command was found to work on a change stream's cursor. */
  public boolean isOnChangeStream() {
    return isOnChangeStream;
  }

  /** Has the client's connection end with this command: there is no reply. */
  void endConnection() {
    connectionEnds = true;
  }

  /** Whether the client's connection ends with this command, whatever became of it. */
  public boolean connectionEnds() {
    return connectionEnds;
  }

  /** A namespace in the command's database. */
  Namespace namespace(String collection) {
    return new Namespace(request.db(), collection);
  }

  /**
   * What a query of this command may know.
   *
   * @param let the command's variables: expressions over nothing
   */
  QueryContext queryContext(Collation collation, BsonDocument let) {
    BsonTimestamp clusterTime = world.standalone() ? null : set().journal().clock().latest();
    QueryContext context =
        QueryContext.of(version())
            .withCollation(collation)
            .withTime(wallMillis(), clusterTime)
            .withRandom(new SplittableRandom(world.ids().below(Long.MAX_VALUE)));
    if (let.isEmpty()) {
      return context;
    }
    ImmutableMap.Builder<String, Optional<BsonValue>> variables = ImmutableMap.builder();
    let.forEach(
        (name, expression) ->
            variables.put(
                name,
                Optional.ofNullable(
                    Expression.parse(expression, context).evaluate(new BsonDocument()))));
    return context.withVariables(variables.buildKeepingLast());
  }

  private final class Direct implements WriteTarget {

    @Override
    public State state() {
      return set().journal().head();
    }

    @Override
    public void write(List<Change> changes, State after) {
      if (request.db().equals("local")) {
        set().writeUnreplicated(after);
      } else {
        set().write(changes, after, null);
      }
      writtenTo = set().journal().end();
    }

    @Override
    public void touch(StoredCollection collection, BsonValue id) {
      Touched document = new Touched(collection.uuid(), id);
      if (world.transactions().isTouchedByAnother(document, null)) {
        throw Transaction.writeConflict();
      }
    }

    @Override
    public void remember(State after) {
      set().writeUnreplicated(after);
    }
  }

  private final class InTransaction implements WriteTarget {

    private final Transaction entered;

    InTransaction(Transaction entered) {
      this.entered = entered;
    }

    @Override
    public State state() {
      return entered.state();
    }

    @Override
    public void write(List<Change> changes, State after) {
      entered.write(changes, after);
    }

    @Override
    public void touch(StoredCollection collection, BsonValue id) {
      world
          .transactions()
          .touch(entered, new Touched(collection.uuid(), id), set().journal().head());
    }

    @Override
    public void remember(State after) {
      throw new IllegalStateException("a transaction remembers nothing but what it writes");
    }
  }
}
