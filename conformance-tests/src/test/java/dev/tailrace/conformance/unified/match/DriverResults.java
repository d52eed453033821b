package dev.tailrace.conformance.unified.match;

import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.result.DeleteResult;
import com.mongodb.client.result.InsertManyResult;
import com.mongodb.client.result.InsertOneResult;
import com.mongodb.client.result.UpdateResult;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonValue;

/** The driver's results as documents, with the fields that the CRUD specification gives them. */
public final class DriverResults {

  private DriverResults() {}

  /** Of {@code insertOne}. */
  public static BsonDocument of(InsertOneResult result) {
    BsonDocument document = new BsonDocument();
    if (result.wasAcknowledged() && result.getInsertedId() != null) {
      document.append("insertedId", result.getInsertedId());
    }
    return document;
  }

  /** Of {@code insertMany}. */
  public static BsonDocument of(InsertManyResult result) {
    BsonDocument ids = new BsonDocument();
    result.getInsertedIds().forEach((index, id) -> ids.append(index.toString(), id));
    return new BsonDocument("insertedIds", ids);
  }

  /** Of {@code updateOne}, {@code updateMany} and {@code replaceOne}. */
  public static BsonDocument of(UpdateResult result) {
    BsonValue upsertedId = result.getUpsertedId();
    BsonDocument document =
        new BsonDocument("matchedCount", new BsonInt64(result.getMatchedCount()))
            .append("modifiedCount", new BsonInt64(result.getModifiedCount()))
            .append("upsertedCount", new BsonInt32(upsertedId == null ? 0 : 1));
    if (upsertedId != null) {
      document.append("upsertedId", upsertedId);
    }
    return document;
  }

  /** Of {@code deleteOne} and {@code deleteMany}. */
  public static BsonDocument of(DeleteResult result) {
    return new BsonDocument("deletedCount", new BsonInt64(result.getDeletedCount()));
  }

  /**
   * Of {@code bulkWrite}, without the optional {@code insertedIds}, which not every test allows
   * for.
   */
  public static BsonDocument of(BulkWriteResult result) {
    BsonDocument upsertedIds = new BsonDocument();
    result
        .getUpserts()
        .forEach(upsert -> upsertedIds.append(String.valueOf(upsert.getIndex()), upsert.getId()));
    return new BsonDocument("deletedCount", new BsonInt32(result.getDeletedCount()))
        .append("insertedCount", new BsonInt32(result.getInsertedCount()))
        .append("matchedCount", new BsonInt32(result.getMatchedCount()))
        .append("modifiedCount", new BsonInt32(result.getModifiedCount()))
        .append("upsertedCount", new BsonInt32(upsertedIds.size()))
        .append("upsertedIds", upsertedIds);
  }
}
