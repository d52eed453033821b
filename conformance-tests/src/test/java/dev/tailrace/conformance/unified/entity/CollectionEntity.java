package dev.tailrace.conformance.unified.entity;

import com.mongodb.MongoNamespace;
import com.mongodb.client.AggregateIterable;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.FindOneAndReplaceOptions;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.RenameCollectionOptions;
import com.mongodb.client.model.ReturnDocument;
import dev.tailrace.conformance.unified.client.DriverCursor;
import dev.tailrace.conformance.unified.client.Watched;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import dev.tailrace.conformance.unified.match.DriverResults;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** A collection. */
final class CollectionEntity implements Entity {

  private final ClientEntity client;
  private final MongoCollection<BsonDocument> collection;
  private final EntityMap entities;

  CollectionEntity(
      ClientEntity client, MongoCollection<BsonDocument> collection, EntityMap entities) {
    this.client = client;
    this.collection = collection;
    this.entities = entities;
  }

  @Override
  public Callable<Result> prepare(String operation, Fields arguments) {
    return switch (operation) {
      case "createChangeStream" -> client.createChangeStream(Watched.of(collection), arguments);
      case "insertOne" -> insertOne(arguments);
      case "insertMany" -> insertMany(arguments);
      case "updateOne" -> updateOne(arguments);
      case "replaceOne" -> replaceOne(arguments);
      case "deleteOne" -> deleteOne(arguments);
      case "bulkWrite" -> bulkWrite(arguments);
      case "findOneAndUpdate" -> findOneAndUpdate(arguments);
      case "findOneAndReplace" -> findOneAndReplace(arguments);
      case "find" -> find(arguments);
      case "createFindCursor" -> createFindCursor(arguments);
      case "aggregate" -> aggregate(arguments);
      case "createIndex" -> createIndex(arguments);
      case "dropIndex" -> dropIndex(arguments);
      case "rename" -> rename(arguments);
      default -> throw new UnrunnableTestException("unsupported collection operation " + operation);
    };
  }

  private Callable<Result> insertOne(Fields arguments) {
    BsonDocument document = arguments.document("document");
    Optional<ClientSession> session = entities.session(arguments);
    return () ->
        Result.value(
            DriverResults.of(
                session.isPresent()
                    ? collection.insertOne(session.get(), document)
                    : collection.insertOne(document)));
  }

  private Callable<Result> insertMany(Fields arguments) {
    List<BsonDocument> documents = arguments.documents("documents");
    InsertManyOptions options = new InsertManyOptions();
    arguments.optionalFlag("ordered").ifPresent(options::ordered);
    return () -> Result.value(DriverResults.of(collection.insertMany(documents, options)));
  }

  private Callable<Result> updateOne(Fields arguments) {
    BsonDocument filter = arguments.document("filter");
    BsonValue update = arguments.any("update");
    Optional<ClientSession> session = entities.session(arguments);
    if (update instanceof BsonArray stages) {
      List<BsonDocument> pipeline = stages.stream().map(BsonValue::asDocument).toList();
      return () ->
          Result.value(
              DriverResults.of(
                  session.isPresent()
                      ? collection.updateOne(session.get(), filter, pipeline)
                      : collection.updateOne(filter, pipeline)));
    }
    BsonDocument operators = update.asDocument();
    return () ->
        Result.value(
            DriverResults.of(
                session.isPresent()
                    ? collection.updateOne(session.get(), filter, operators)
                    : collection.updateOne(filter, operators)));
  }

  private Callable<Result> replaceOne(Fields arguments) {
    BsonDocument filter = arguments.document("filter");
    BsonDocument replacement = arguments.document("replacement");
    return () -> Result.value(DriverResults.of(collection.replaceOne(filter, replacement)));
  }

  private Callable<Result> deleteOne(Fields arguments) {
    BsonDocument filter = arguments.document("filter");
    return () -> Result.value(DriverResults.of(collection.deleteOne(filter)));
  }

  private Callable<Result> bulkWrite(Fields arguments) {
    return BulkWrites.prepare(collection, arguments);
  }

  private Callable<Result> findOneAndUpdate(Fields arguments) {
    BsonDocument filter = arguments.document("filter");
    BsonDocument update = arguments.document("update");
    FindOneAndUpdateOptions options = new FindOneAndUpdateOptions();
    returnDocument(arguments).ifPresent(options::returnDocument);
    return () -> Result.document(collection.findOneAndUpdate(filter, update, options));
  }

  private Callable<Result> findOneAndReplace(Fields arguments) {
    BsonDocument filter = arguments.document("filter");
    BsonDocument replacement = arguments.document("replacement");
    FindOneAndReplaceOptions options = new FindOneAndReplaceOptions();
    returnDocument(arguments).ifPresent(options::returnDocument);
    return () -> Result.document(collection.findOneAndReplace(filter, replacement, options));
  }

  private static Optional<ReturnDocument> returnDocument(Fields arguments) {
    return arguments
        .optionalText("returnDocument")
        .map(
            text ->
                switch (text.toLowerCase(Locale.ROOT)) {
                  case "before" -> ReturnDocument.BEFORE;
                  case "after" -> ReturnDocument.AFTER;
                  default ->
                      throw new UnrunnableTestException("returnDocument is neither: " + text);
                });
  }

  private Callable<Result> find(Fields arguments) {
    FindIterable<BsonDocument> find = finding(arguments);
    return () -> Result.documents(find.into(new ArrayList<>()));
  }

  private Callable<Result> createFindCursor(Fields arguments) {
    FindIterable<BsonDocument> find = finding(arguments);
    return () -> Result.entity(new CursorEntity(new DriverCursor(find.cursor())));
  }

  private FindIterable<BsonDocument> finding(Fields arguments) {
    BsonDocument filter = arguments.document("filter");
    FindIterable<BsonDocument> find =
        entities
            .session(arguments)
            .map(session -> collection.find(session, filter))
            .orElseGet(() -> collection.find(filter));
    arguments.optionalDocument("sort").ifPresent(find::sort);
    arguments.optionalNumber("limit").ifPresent(find::limit);
    arguments.optionalNumber("batchSize").ifPresent(find::batchSize);
    return find;
  }

  private Callable<Result> aggregate(Fields arguments) {
    List<BsonDocument> pipeline = arguments.documents("pipeline");
    AggregateIterable<BsonDocument> aggregate = collection.aggregate(pipeline);
    boolean writes = pipeline.stream().anyMatch(stage -> stage.containsKey("$out"));
    return () -> {
      if (writes) { // Iterated, the driver would go on to read what was written.
        aggregate.toCollection();
        return Result.nothing();
      }
      return Result.documents(aggregate.into(new ArrayList<>()));
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
