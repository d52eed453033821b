package dev.tailrace.conformance.unified;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ReadConcern;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.tailrace.conformance.unified.format.TestFile.CollectionData;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** What the server's collections hold, seen past the clients that a test is about. */
final class StoredData {

  private final MongoClient internal;

  StoredData(MongoClient internal) {
    this.internal = internal;
  }

  /** Makes a collection hold exactly this, with these options. */
  void fill(CollectionData data) {
    MongoDatabase database =
        internal.getDatabase(data.databaseName()).withWriteConcern(WriteConcern.MAJORITY);
    MongoCollection<BsonDocument> collection =
        database.getCollection(data.collectionName(), BsonDocument.class);
    collection.drop();
    if (data.documents().isEmpty() || !data.createOptions().isEmpty()) {
      BsonDocument create = new BsonDocument("create", new BsonString(data.collectionName()));
      create.putAll(data.createOptions());
      database.runCommand(
          create.append("writeConcern", WriteConcern.MAJORITY.asDocument()), BsonDocument.class);
    }
    if (!data.documents().isEmpty()) {
      collection.insertMany(data.documents().stream().map(BsonDocument::clone).toList());
    }
  }

  /** Asserts that a collection holds exactly this. */
  void check(CollectionData data) {
    List<BsonDocument> documents =
        internal
            .getDatabase(data.databaseName())
            .withReadConcern(ReadConcern.LOCAL)
            .getCollection(data.collectionName(), BsonDocument.class)
            .find()
            .sort(new BsonDocument("_id", new BsonInt32(1)))
            .into(new ArrayList<>());
    assertThat(documents)
        .as("%s.%s in the end", data.databaseName(), data.collectionName())
        .isEqualTo(data.documents());
  }

  /** Whether there is such a collection. */
  boolean exists(String database, String collection) {
    return internal
        .getDatabase(database)
        .listCollectionNames()
        .into(new ArrayList<>())
        .contains(collection);
  }

  /** Whether a collection has such an index. */
  boolean hasIndex(String database, String collection, String index) {
    return internal
        .getDatabase(database)
        .getCollection(collection)
        .listIndexes(BsonDocument.class)
        .into(new ArrayList<>())
        .stream()
        .anyMatch(each -> each.getString("name").getValue().equals(index));
  }
}
