package dev.tailrace.cli.served;

import com.mongodb.ReadPreference;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** An official driver's client. Every call waits until what it asks for is done. */
public interface DriverUnderTest extends AutoCloseable {

  /** Runs a command on a member that the read preference allows; its reply. */
  BsonDocument run(String database, BsonDocument command, ReadPreference readPreference);

  /** A collection to work with. */
  Collection collection(String database, String name);

  /** Opens a stream on a collection; {@code resumeAfter} is a token to go on behind, or null. */
  EventStream watch(String database, String collection, @Nullable BsonDocument resumeAfter);

  /** Opens a stream on a database. */
  EventStream watch(String database);

  /** Opens a stream on everything. */
  EventStream watch();

  @Override
  void close();

  /** A collection. */
  interface Collection {
    void insertOne(BsonDocument document);

    void insertMany(List<BsonDocument> documents);

    /** Gives the number of documents changed. */
    long updateOne(Bson filter, Bson update);

    /** Gives the number of documents changed. */
    long replaceOne(Bson filter, BsonDocument replacement);

    /** Gives the number of documents deleted. */
    long deleteOne(Bson filter);

    /** Gives the documents in the order of {@code _id}. */
    List<BsonDocument> find(Bson filter);
  }

  /** A change stream, open on the server. */
  interface EventStream extends AutoCloseable {

    /** Waits for the next event. */
    SeenEvent next();

    @Override
    void close();
  }
}
