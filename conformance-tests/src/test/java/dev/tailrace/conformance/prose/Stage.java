package dev.tailrace.conformance.prose;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CreateCollectionOptions;
import dev.tailrace.conformance.support.EngineTransport;
import dev.tailrace.conformance.support.EventLog;
import dev.tailrace.conformance.support.FakeServer;
import dev.tailrace.conformance.support.ObservedEvent;
import dev.tailrace.conformance.support.ObservedTransport;
import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.face.BlockingChangeStream;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;

/**
 * A fake set, the official driver that writes to it, and the engine that watches, with everything
 * on record that the engine sends and hears.
 */
final class Stage implements AutoCloseable {

  private static final String DATABASE = "prose";
  private static final String COLLECTION = "test";

  private final FakeReplicaSet set;
  private final MongoClient driver;
  private final EventLog log =
      new EventLog(
          Set.of("commandStartedEvent", "commandSucceededEvent", "commandFailedEvent"),
          Set.of(),
          false);
  private final Transport transport;
  private final List<StreamEvent> life = new CopyOnWriteArrayList<>();

  /**
   * @param wrap puts something between the engine and its transport
   */
  Stage(EngineTransport kind, ServerVersion version, int members, UnaryOperator<Transport> wrap) {
    set = FakeReplicaSet.builder().serverVersion(version).members(members).start();
    driver = MongoClients.create(set.connectionString());
    transport =
        new ObservedTransport(
            wrap.apply(kind.open(new FakeServer(set), set.connectionString())), log);
    recreate(new CreateCollectionOptions());
  }

  FakeReplicaSet set() {
    return set;
  }

  /** Makes the collection anew, empty and with these options. */
  MongoCollection<BsonDocument> recreate(CreateCollectionOptions options) {
    MongoDatabase database = driver.getDatabase(DATABASE);
    collection().drop();
    database.createCollection(COLLECTION, options);
    return collection();
  }

  private MongoCollection<BsonDocument> collection() {
    return driver.getDatabase(DATABASE).getCollection(COLLECTION, BsonDocument.class);
  }

  /** Inserts documents with the ids from {@code first} to {@code last}, in one command. */
  void insert(int first, int last) {
    collection()
        .insertMany(
            IntStream.rangeClosed(first, last)
                .mapToObj(id -> new BsonDocument("_id", new BsonInt32(id)))
                .toList());
  }

  /** Opens a stream on the collection. */
  BlockingChangeStream<RawBsonDocument> watch(ChangeStreamOptions options)
      throws InterruptedException {
    return ChangeStreams.watch(transport, WatchTarget.collection(DATABASE, COLLECTION))
        .with(options)
        .listener(life::add)
        .open();
  }

  /** What has happened in the life of the streams. */
  List<StreamEvent> life() {
    return life;
  }

  /** The commands of that name that the engine has sent. */
  List<BsonDocument> sent(String name) {
    return events("commandStartedEvent", name)
        .map(event -> event.fields().getDocument("command"))
        .toList();
  }

  /** The replies, with ok: 1, to the engine's commands of that name. */
  List<BsonDocument> replies(String name) {
    return events("commandSucceededEvent", name)
        .map(event -> event.fields().getDocument("reply"))
        .toList();
  }

  /** How many of the engine's commands of that name have failed. */
  long failed(String name) {
    return events("commandFailedEvent", name).count();
  }

  private Stream<ObservedEvent> events(String type, String commandName) {
    return log.events().stream()
        .filter(event -> event.type().equals(type))
        .filter(event -> event.fields().getString("commandName").getValue().equals(commandName));
  }

  @Override
  public void close() {
    transport.close();
    driver.close();
    set.close();
  }

  /** Waits for the next event of a stream that must have one. */
  static RawBsonDocument event(BlockingChangeStream<RawBsonDocument> stream)
      throws InterruptedException {
    if (stream.next() instanceof Next.Event<RawBsonDocument> event) {
      return event.value();
    }
    throw new AssertionError("the stream has ended");
  }

  /** The token of an event. */
  static ResumeToken token(BsonDocument event) {
    return ResumeToken.of(event.getDocument("_id"));
  }

  /** The {@code postBatchResumeToken} of the last of these replies. */
  static ResumeToken lastPostBatchResumeToken(List<BsonDocument> replies) {
    return ResumeToken.of(
        replies.get(replies.size() - 1).getDocument("cursor").getDocument("postBatchResumeToken"));
  }

  /** The {@code $changeStream} stage of an aggregate. */
  static BsonDocument changeStreamStage(BsonDocument aggregate) {
    return aggregate.getArray("pipeline").get(0).asDocument().getDocument("$changeStream");
  }
}
