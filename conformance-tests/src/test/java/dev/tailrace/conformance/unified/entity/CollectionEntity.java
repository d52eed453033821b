package dev.tailrace.conformance.unified.entity;

import com.mongodb.MongoNamespace;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.RenameCollectionOptions;
import dev.tailrace.conformance.unified.client.Watched;
import dev.tailrace.conformance.unified.format.Fields;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** A collection. */
final class CollectionEntity implements Entity {

  private final ClientEntity client;
  private final MongoCollection<BsonDocument> collection;
  private final EntityMap entities;
  private final CollectionReads reads;
  private final CollectionWrites writes;

  CollectionEntity(
      ClientEntity client, MongoCollection<BsonDocument> collection, EntityMap entities) {
    this.client = client;
    this.collection = collection;
    this.entities = entities;
    reads = new CollectionReads(collection, entities);
    writes = new CollectionWrites(collection, entities);
  }

  @Override
  public Callable<Result> prepare(String operation, Fields arguments) {
    return switch (operation) {
      case "createChangeStream" -> client.createChangeStream(Watched.of(collection), arguments);
      case "find", "createFindCursor", "aggregate", "distinct", "countDocuments", "listIndexes" ->
          reads.prepare(operation, arguments);
      case "createIndex" -> createIndex(arguments);
      case "dropIndex" -> dropIndex(arguments);
      case "rename" -> rename(arguments);
      default -> writes.prepare(operation, arguments);
    };
  }

  private Callable<Result> createIndex(Fields arguments) {
    BsonDocument keys = arguments.document("keys");
    IndexOptions options = new IndexOptions();
    arguments.optionalText("name").ifPresent(options::name);
    Optional<ClientSession> session = entities.session(arguments);
    return () ->
        Result.value(
            new BsonString(
                session.isPresent()
                    ? collection.createIndex(session.get(), keys, options)
                    : collection.createIndex(keys, options)));
  }

  private Callable<Result> dropIndex(Fields arguments) {
    String name = arguments.text("name");
    return () -> {
      collection.dropIndex(name);
      return Result.nothing();
    };
  }

  private Callable<Result> rename(Fields arguments) {
    MongoNamespace to =
        new MongoNamespace(collection.getNamespace().getDatabaseName(), arguments.text("to"));
    RenameCollectionOptions options = new RenameCollectionOptions();
    arguments.optionalFlag("dropTarget").ifPresent(options::dropTarget);
    return () -> {
      collection.renameCollection(to, options);
      return Result.nothing();
    };
  }

  @Override
  public void close() {
    // The client's to close.
  }
}
