package dev.tailrace.conformance.served;

import com.mongodb.ReadPreference;
import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import dev.tailrace.cli.served.DriverUnderTest;
import dev.tailrace.cli.served.SeenEvent;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** The official synchronous driver. */
final class SyncDriver implements DriverUnderTest {

  private final MongoClient client;

  SyncDriver(String connectionString) {
    client = MongoClients.create(connectionString);
  }

  @Override
  public BsonDocument run(String database, BsonDocument command, ReadPreference readPreference) {
    return client.getDatabase(database).runCommand(command, readPreference, BsonDocument.class);
  }

  @Override
  public Collection collection(String database, String name) {
    return new SyncCollection(driverCollection(database, name));
  }

  @Override
  public EventStream watch(String database, String collection, @Nullable BsonDocument resumeAfter) {
    ChangeStreamIterable<BsonDocument> stream =
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

  private MongoCollection<BsonDocument> driverCollection(String database, String name) {
    return client.getDatabase(database).getCollection(name, BsonDocument.class);
  }

  private static EventStream open(ChangeStreamIterable<BsonDocument> stream) {
    return new SyncStream(stream.cursor());
  }

  private record SyncStream(MongoChangeStreamCursor<ChangeStreamDocument<BsonDocument>> cursor)
      implements EventStream {

    @Override
    public SeenEvent next() {
      return SeenEvent.of(cursor.next());
    }

    @Override
    public void close() {
      cursor.close();
    }
  }

  private record SyncCollection(MongoCollection<BsonDocument> collection) implements Collection {

    @Override
    public void insertOne(BsonDocument document) {
      collection.insertOne(document);
    }

    @Override
    public void insertMany(List<BsonDocument> documents) {
      collection.insertMany(documents);
    }

    @Override
    public long updateOne(Bson filter, Bson update) {
      return collection.updateOne(filter, update).getModifiedCount();
    }

    @Override
    public long replaceOne(Bson filter, BsonDocument replacement) {
      return collection.replaceOne(filter, replacement).getModifiedCount();
    }

    @Override
    public long deleteOne(Bson filter) {
      return collection.deleteOne(filter).getDeletedCount();
    }

    @Override
    public List<BsonDocument> find(Bson filter) {
      return collection.find(filter).sort(Sorts.ascending("_id")).into(new ArrayList<>());
    }
  }
}
