package dev.tailrace.conformance.unified.entity;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteManyModel;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateManyModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import dev.tailrace.conformance.unified.match.DriverResults;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bson.BsonDocument;

/** The {@code bulkWrite} of a collection, whose requests are written as one-field documents. */
final class BulkWrites {

  private BulkWrites() {}

  static Callable<Result> prepare(
      MongoCollection<BsonDocument> collection, Fields arguments, Optional<ClientSession> session) {
    List<WriteModel<BsonDocument>> requests =
        arguments.documents("requests").stream().map(BulkWrites::request).toList();
    BulkWriteOptions options = new BulkWriteOptions();
    arguments.optionalFlag("ordered").ifPresent(options::ordered);
    return () ->
        Result.value(
            DriverResults.of(
                InSession.call(
                    session,
                    within -> collection.bulkWrite(within, requests, options),
                    () -> collection.bulkWrite(requests, options))));
  }

  private static WriteModel<BsonDocument> request(BsonDocument document) {
    String kind = document.getFirstKey();
    Fields fields = new Fields(kind, document.getDocument(kind));
    WriteModel<BsonDocument> model = model(kind, fields);
    fields.requireAllRead();
    return model;
  }

  private static WriteModel<BsonDocument> model(String kind, Fields fields) {
    return switch (kind) {
      case "insertOne" -> new InsertOneModel<>(fields.document("document"));
      case "deleteOne" -> new DeleteOneModel<>(fields.document("filter"));
      case "deleteMany" -> new DeleteManyModel<>(fields.document("filter"));
      case "replaceOne" ->
          new ReplaceOneModel<>(
              fields.document("filter"),
              fields.document("replacement"),
              new ReplaceOptions().upsert(fields.optionalFlag("upsert").orElse(false)));
      case "updateOne" ->
          new UpdateOneModel<>(
              fields.document("filter"), fields.document("update"), updateOptions(fields));
      case "updateMany" ->
          new UpdateManyModel<>(
              fields.document("filter"), fields.document("update"), updateOptions(fields));
      default -> throw new UnrunnableTestException("unsupported bulk write request " + kind);
    };
  }

  private static UpdateOptions updateOptions(Fields fields) {
    return new UpdateOptions().upsert(fields.optionalFlag("upsert").orElse(false));
  }
}
