package dev.tailrace.conformance.unified.entity;

import com.mongodb.client.AggregateIterable;
import com.mongodb.client.ClientSession;
import com.mongodb.client.DistinctIterable;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import dev.tailrace.conformance.unified.client.DriverCursor;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonValue;

/** The operations of a collection that read, and aggregates, which may write. */
final class CollectionReads {

  private final MongoCollection<BsonDocument> collection;
  private final EntityMap entities;

  CollectionReads(MongoCollection<BsonDocument> collection, EntityMap entities) {
    this.collection = collection;
    this.entities = entities;
  }

  Callable<Result> prepare(String operation, Fields arguments) {
    return switch (operation) {
      case "find" -> find(arguments);
      case "createFindCursor" -> createFindCursor(arguments);
      case "aggregate" -> aggregate(arguments);
      case "distinct" -> distinct(arguments);
      case "countDocuments" -> countDocuments(arguments);
      case "listIndexes" -> listIndexes(arguments);
      default -> throw new UnrunnableTestException("unsupported collection operation " + operation);
    };
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
        InSession.call(
            entities.session(arguments),
            session -> collection.find(session, filter),
            () -> collection.find(filter));
    arguments.optionalDocument("sort").ifPresent(find::sort);
    arguments.optionalNumber("limit").ifPresent(find::limit);
    arguments.optionalNumber("batchSize").ifPresent(find::batchSize);
    return find;
  }

  private Callable<Result> aggregate(Fields arguments) {
    List<BsonDocument> pipeline = arguments.documents("pipeline");
    AggregateIterable<BsonDocument> aggregate =
        InSession.call(
            entities.session(arguments),
            session -> collection.aggregate(session, pipeline),
            () -> collection.aggregate(pipeline));
    arguments.optionalNumber("batchSize").ifPresent(aggregate::batchSize);
    arguments
        .optionalNumber("maxTimeMS")
        .ifPresent(millis -> aggregate.maxTime(millis, TimeUnit.MILLISECONDS));
    boolean writes =
        pipeline.stream()
            .anyMatch(stage -> stage.containsKey("$out") || stage.containsKey("$merge"));
    return () -> {
      if (writes) { // Iterated, the driver would go on to read what was written.
        aggregate.toCollection();
        return Result.nothing();
      }
      return Result.documents(aggregate.into(new ArrayList<>()));
    };
  }

  private Callable<Result> distinct(Fields arguments) {
    String field = arguments.text("fieldName");
    BsonDocument filter = arguments.document("filter");
    DistinctIterable<BsonValue> distinct =
        InSession.call(
            entities.session(arguments),
            session -> collection.distinct(session, field, filter, BsonValue.class),
            () -> collection.distinct(field, filter, BsonValue.class));
    return () -> Result.value(new BsonArray(distinct.into(new ArrayList<>())));
  }

  private Callable<Result> countDocuments(Fields arguments) {
    BsonDocument filter = arguments.document("filter");
    Optional<ClientSession> session = entities.session(arguments);
    return () ->
        Result.value(
            new BsonInt64(
                InSession.call(
                    session,
                    within -> collection.countDocuments(within, filter),
                    () -> collection.countDocuments(filter))));
  }

  private Callable<Result> listIndexes(Fields arguments) {
    Optional<ClientSession> session = entities.session(arguments);
    return () ->
        Result.documents(
            InSession.call(
                    session,
                    within -> collection.listIndexes(within, BsonDocument.class),
                    () -> collection.listIndexes(BsonDocument.class))
                .into(new ArrayList<>()));
  }
}
