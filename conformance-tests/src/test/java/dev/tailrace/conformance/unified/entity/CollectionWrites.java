package dev.tailrace.conformance.unified.entity;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.FindOneAndDeleteOptions;
import com.mongodb.client.model.FindOneAndReplaceOptions;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import dev.tailrace.conformance.unified.match.DriverResults;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The operations of a collection that write documents. */
final class CollectionWrites {

  private final MongoCollection<BsonDocument> collection;
  private final EntityMap entities;

  CollectionWrites(MongoCollection<BsonDocument> collection, EntityMap entities) {
    this.collection = collection;
    this.entities = entities;
  }

  Callable<Result> prepare(String operation, Fields arguments) {
    Optional<ClientSession> session = entities.session(arguments);
    return switch (operation) {
      case "insertOne" -> insertOne(arguments, session);
      case "insertMany" -> insertMany(arguments, session);
      case "updateOne" -> updateOne(arguments, session);
      case "updateMany" -> updateMany(arguments, session);
      case "replaceOne" -> replaceOne(arguments, session);
      case "deleteOne" -> deleteOne(arguments, session);
      case "deleteMany" -> deleteMany(arguments, session);
      case "bulkWrite" -> BulkWrites.prepare(collection, arguments, session);
      case "findOneAndUpdate" -> findOneAndUpdate(arguments, session);
      case "findOneAndReplace" -> findOneAndReplace(arguments, session);
      case "findOneAndDelete" -> findOneAndDelete(arguments, session);
      default -> throw new UnrunnableTestException("unsupported collection operation " + operation);
    };
  }

  private Callable<Result> insertOne(Fields arguments, Optional<ClientSession> session) {
    BsonDocument document = arguments.document("document");
    return () ->
        Result.value(
            DriverResults.of(
                InSession.call(
                    session,
                    within -> collection.insertOne(within, document),
                    () -> collection.insertOne(document))));
  }

  private Callable<Result> insertMany(Fields arguments, Optional<ClientSession> session) {
    List<BsonDocument> documents = arguments.documents("documents");
    InsertManyOptions options = new InsertManyOptions();
    arguments.optionalFlag("ordered").ifPresent(options::ordered);
    return () ->
        Result.value(
            DriverResults.of(
                InSession.call(
                    session,
                    within -> collection.insertMany(within, documents, options),
                    () -> collection.insertMany(documents, options))));
  }

  private Callable<Result> updateOne(Fields arguments, Optional<ClientSession> session) {
    BsonDocument filter = arguments.document("filter");
    BsonValue update = arguments.any("update");
    UpdateOptions options = updateOptions(arguments);
    if (update instanceof BsonArray stages) {
      List<BsonDocument> pipeline = stages.stream().map(BsonValue::asDocument).toList();
      return () ->
          Result.value(
              DriverResults.of(
                  InSession.call(
                      session,
                      within -> collection.updateOne(within, filter, pipeline, options),
                      () -> collection.updateOne(filter, pipeline, options))));
    }
    BsonDocument operators = update.asDocument();
    return () ->
        Result.value(
            DriverResults.of(
                InSession.call(
                    session,
                    within -> collection.updateOne(within, filter, operators, options),
                    () -> collection.updateOne(filter, operators, options))));
  }

  private Callable<Result> updateMany(Fields arguments, Optional<ClientSession> session) {
    BsonDocument filter = arguments.document("filter");
    BsonDocument update = arguments.document("update");
    UpdateOptions options = updateOptions(arguments);
    return () ->
        Result.value(
            DriverResults.of(
                InSession.call(
                    session,
                    within -> collection.updateMany(within, filter, update, options),
                    () -> collection.updateMany(filter, update, options))));
  }

  private static UpdateOptions updateOptions(Fields arguments) {
    UpdateOptions options = new UpdateOptions();
    arguments.optionalFlag("upsert").ifPresent(options::upsert);
    return options;
  }

  private Callable<Result> replaceOne(Fields arguments, Optional<ClientSession> session) {
    BsonDocument filter = arguments.document("filter");
    BsonDocument replacement = arguments.document("replacement");
    ReplaceOptions options = new ReplaceOptions();
    arguments.optionalFlag("upsert").ifPresent(options::upsert);
    return () ->
        Result.value(
            DriverResults.of(
                InSession.call(
                    session,
                    within -> collection.replaceOne(within, filter, replacement, options),
                    () -> collection.replaceOne(filter, replacement, options))));
  }

  private Callable<Result> deleteOne(Fields arguments, Optional<ClientSession> session) {
    BsonDocument filter = arguments.document("filter");
    return () ->
        Result.value(
            DriverResults.of(
                InSession.call(
                    session,
                    within -> collection.deleteOne(within, filter),
                    () -> collection.deleteOne(filter))));
  }

  private Callable<Result> deleteMany(Fields arguments, Optional<ClientSession> session) {
    BsonDocument filter = arguments.document("filter");
    return () ->
        Result.value(
            DriverResults.of(
                InSession.call(
                    session,
                    within -> collection.deleteMany(within, filter),
                    () -> collection.deleteMany(filter))));
  }

  private Callable<Result> findOneAndUpdate(Fields arguments, Optional<ClientSession> session) {
    BsonDocument filter = arguments.document("filter");
    BsonDocument update = arguments.document("update");
    FindOneAndUpdateOptions options = new FindOneAndUpdateOptions();
    returnDocument(arguments).ifPresent(options::returnDocument);
    arguments.optionalFlag("upsert").ifPresent(options::upsert);
    return () ->
        Result.document(
            InSession.call(
                session,
                within -> collection.findOneAndUpdate(within, filter, update, options),
                () -> collection.findOneAndUpdate(filter, update, options)));
  }

  private Callable<Result> findOneAndReplace(Fields arguments, Optional<ClientSession> session) {
    BsonDocument filter = arguments.document("filter");
    BsonDocument replacement = arguments.document("replacement");
    FindOneAndReplaceOptions options = new FindOneAndReplaceOptions();
    returnDocument(arguments).ifPresent(options::returnDocument);
    arguments.optionalFlag("upsert").ifPresent(options::upsert);
    return () ->
        Result.document(
            InSession.call(
                session,
                within -> collection.findOneAndReplace(within, filter, replacement, options),
                () -> collection.findOneAndReplace(filter, replacement, options)));
  }

  private Callable<Result> findOneAndDelete(Fields arguments, Optional<ClientSession> session) {
    BsonDocument filter = arguments.document("filter");
    FindOneAndDeleteOptions options = new FindOneAndDeleteOptions();
    arguments.optionalDocument("sort").ifPresent(options::sort);
    return () ->
        Result.document(
            InSession.call(
                session,
                within -> collection.findOneAndDelete(within, filter, options),
                () -> collection.findOneAndDelete(filter, options)));
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
}
