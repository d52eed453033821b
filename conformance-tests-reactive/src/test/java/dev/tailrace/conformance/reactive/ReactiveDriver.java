package dev.tailrace.conformance.reactive;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadPreference;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.reactivestreams.client.ChangeStreamPublisher;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.tailrace.cli.served.DriverUnderTest;
import dev.tailrace.cli.served.SeenEvent;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** The official reactive driver, waited for. */
final class ReactiveDriver implements DriverUnderTest {

  private final CursorLog cursors = new CursorLog();
  private final MongoClient client;

  ReactiveDriver(String connectionString) {
    client =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(connectionString))
                .addCommandListener(cursors)
                .build());
  }

  @Override
  public BsonDocument run(String database, BsonDocument command, ReadPreference readPreference) {
    return Demand.only(
        client.getDatabase(database).runCommand(command, readPreference, BsonDocument.class));
  }

  @Override
  public Collection collection(String database, String name) {
    return new ReactiveCollection(driverCollection(database, name));
  }

  @Override
  public EventStream watch(String database, String collection, @Nullable BsonDocument resumeAfter) {
    ChangeStreamPublisher<BsonDocument> stream =
        driverCollection(database, collection).watch(BsonDocument.class);
    return open(resumeAfter == null ? stream : stream.resumeAfter(resumeAfter));
  }

  @Override
  public EventStream watch(String database) {
    return open(client.getDatabase(database).watch(BsonDocument.class));
  }

  @Override
  public EventStream watch() {
    return open(client.watch(BsonDocument.class));
  }

  @Override
  public void close() {
    client.close();
  }

  /** The cursors of this client. */
  CursorLog cursors() {
    return cursors;
  }

  /** The driver's own collection. */
  MongoCollection<BsonDocument> driverCollection(String database, String name) {
    return client.getDatabase(database).getCollection(name, BsonDocument.class);
  }

  /** Nothing is sent before something is asked for: so one event always is. */
  private EventStream open(ChangeStreamPublisher<BsonDocument> stream) {
    Demand<ChangeStreamDocument<BsonDocument>> demand = Demand.on(stream);
    demand.request(1);
    cursors.awaitOpened();
    return new ReactiveStream(demand);
  }

  private record ReactiveStream(Demand<ChangeStreamDocument<BsonDocument>> demand)
      implements EventStream {

    @Override
    public SeenEvent next() {
      SeenEvent event = SeenEvent.of(demand.next());
      demand.request(1);
      return event;
    }

    @Override
    public void close() {
      demand.cancel();
    }
  }

  private record ReactiveCollection(MongoCollection<BsonDocument> collection)
      implements Collection {

    @Override
    public void insertOne(BsonDocument document) {
      Demand.only(collection.insertOne(document));
    }

    @Override
    public void insertMany(List<BsonDocument> documents) {
      Demand.only(collection.insertMany(documents));
    }

    @Override
    public long updateOne(Bson filter, Bson update) {
      return Demand.only(collection.updateOne(filter, update)).getModifiedCount();
    }

    @Override
    public long replaceOne(Bson filter, BsonDocument replacement) {
      return Demand.only(collection.replaceOne(filter, replacement)).getModifiedCount();
    }

    @Override
    public long deleteOne(Bson filter) {
      return Demand.only(collection.deleteOne(filter)).getDeletedCount();
    }

    @Override
    public List<BsonDocument> find(Bson filter) {
      return Demand.all(collection.find(filter).sort(Sorts.ascending("_id")));
    }
  }
}
