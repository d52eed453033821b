package dev.tailrace.conformance.support;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.history.HistoryEvent;
import dev.tailrace.fakeserver.network.RawConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/**
 * A fake set in virtual time, and the engine watching one collection of it, all in the thread of
 * the test: where it waits, the clock moves to what happens next. What is to happen meanwhile is
 * said before, with {@link #after}.
 */
public final class VirtualStage implements AutoCloseable {

  private static final String DATABASE = "shop";
  private static final String COLLECTION = "orders";

  /** Longer than any answer takes where nothing is wrong. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

  private final FakeReplicaSet set;
  private final Transport transport;
  private final List<StreamEvent> life = new ArrayList<>();
  private final List<RawConnection> connections = new ArrayList<>();

  /** A set of the newest release. */
  public VirtualStage(int members) {
    this(FakeReplicaSet.builder().members(members));
  }

  /** A set as it is described, but in virtual time. */
  public VirtualStage(FakeReplicaSet.Builder builder) {
    set = builder.virtualTime().start();
    transport = set.transport();
  }

  /** A set of that release. */
  public static VirtualStage of(ServerVersion version) {
    return new VirtualStage(FakeReplicaSet.builder().serverVersion(version));
  }

  public FakeReplicaSet set() {
    return set;
  }

  public Transport transport() {
    return transport;
  }

  /** The clock: nanoseconds since the set was started. */
  public long nanoTime() {
    return set.clock().nanoTime();
  }

  /** Has something done at a time to come, by whoever moves the clock there. */
  public void after(Duration time, Runnable task) {
    var unused = transport.timers().schedule(nanoTime() + time.toNanos(), task);
  }

  /** Runs a command on the stage's database, at the primary; it must succeed. */
  public BsonDocument run(String command) throws InterruptedException {
    return run(BsonDocument.parse(command));
  }

  /** Runs a command on that database, at the primary; it must succeed. */
  public BsonDocument run(String database, String command) throws InterruptedException {
    return run(database, BsonDocument.parse(command));
  }

  /** Runs a command on the stage's database, at the primary; it must succeed. */
  public BsonDocument run(BsonDocument command) throws InterruptedException {
    return run(DATABASE, command);
  }

  private BsonDocument run(String database, BsonDocument command) throws InterruptedException {
    try (RawConnection connection = set.connect(set.primary().orElseThrow().index())) {
      BsonDocument reply = connection.command(database, command, ANSWER_WITHIN);
      if (reply == null
          || reply.getNumber("ok").intValue() != 1
          || reply.containsKey("writeErrors")) {
        throw new AssertionError("%s: %s".formatted(command, reply));
      }
      return reply;
    }
  }

  /** Inserts documents into the watched collection, in one command. */
  public void insert(String... documents) throws InterruptedException {
    run(insertOf(documents));
  }

  /** Has documents inserted at a time to come, in one command. */
  public void insertAfter(Duration time, String... documents) {
    after(
        time,
        () -> {
          RawConnection connection = set.connect(set.primary().orElseThrow().index());
          connections.add(connection); // Nobody can wait for the answer here.
          connection.send(DATABASE, insertOf(documents));
        });
  }

  private static BsonDocument insertOf(String... documents) {
    return BsonDocument.parse(
        "{insert: '%s', documents: [%s]}".formatted(COLLECTION, String.join(", ", documents)));
  }

  /** Streams on the collection. */
  public ChangeStreams<RawBsonDocument> streams(ChangeStreamOptions options) {
    return streams(WatchTarget.collection(DATABASE, COLLECTION), options);
  }

  /** Streams on whatever it is. */
  public ChangeStreams<RawBsonDocument> streams(WatchTarget target, ChangeStreamOptions options) {
    return ChangeStreams.watch(transport, target).with(options);
  }

  /** Opens a stream with that face, and waits until it is open. */
  public <T> FacedStream<T> open(FaceUnderTest face, ChangeStreams<T> streams)
      throws InterruptedException {
    return FacedStream.open(face, streams, life::add, transport);
  }

  /** What has happened in the life of the streams that were opened here, of that kind. */
  public <E extends StreamEvent> List<E> life(Class<E> kind) {
    return life.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The commands of that name that have come to the set. */
  public List<BsonDocument> commands(String name) {
    return documents(set.history().commands(name));
  }

  /** The replies to the commands of that name. */
  public List<BsonDocument> replies(String name) {
    return documents(set.history().replies(name));
  }

  private static List<BsonDocument> documents(List<HistoryEvent> events) {
    return events.stream().map(HistoryEvent::document).map(Objects::requireNonNull).toList();
  }

  /** The {@code postBatchResumeToken} of the newest reply with a cursor. */
  public ResumeToken newestToken() {
    List<ResumeToken> tokens = tokens();
    return tokens.get(tokens.size() - 1);
  }

  /** The different {@code postBatchResumeToken}s of the replies to {@code getMore}s, in order. */
  public List<ResumeToken> tokens() {
    return replies("getMore").stream()
        .map(
            reply ->
                ResumeToken.of(reply.getDocument("cursor").getDocument("postBatchResumeToken")))
        .distinct()
        .toList();
  }

  @Override
  public void close() {
    transport.close();
    connections.forEach(RawConnection::close);
    set.close();
  }
}
