package dev.tailrace.conformance.unified.entity;

import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoDatabase;
import dev.tailrace.conformance.unified.client.Watched;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bson.BsonDocument;

/** A database. */
final class DatabaseEntity implements Entity {

  private final ClientEntity client;
  private final MongoDatabase database;
  private final EntityMap entities;

  DatabaseEntity(ClientEntity client, MongoDatabase database, EntityMap entities) {
    this.client = client;
    this.database = database;
    this.entities = entities;
  }

  ClientEntity client() {
    return client;
  }

  MongoDatabase database() {
    return database;
  }

  @Override
  public Callable<Result> prepare(String operation, Fields arguments) {
    return switch (operation) {
      case "createChangeStream" -> client.createChangeStream(Watched.of(database), arguments);
      case "runCommand" -> runCommand(arguments);
      case "aggregate" -> aggregate(arguments);
      case "createCollection" -> createCollection(arguments);
      case "listCollections" -> listCollections(arguments);
      case "dropCollection" -> dropCollection(arguments);
      default -> throw new UnrunnableTestException("unsupported database operation " + operation);
    };
  }

  private Callable<Result> runCommand(Fields arguments) {
    BsonDocument command = arguments.document("command");
    arguments.text("commandName"); // For languages whose documents know no order.
    ReadPreference readPreference =
        arguments
            .optionalDocument("readPreference")
            .map(Options::readPreference)
            .orElse(ReadPreference.primary());
    Optional<ClientSession> session = entities.session(arguments);
    return () ->
        Result.document(
            session.isPresent()
                ? database.runCommand(session.get(), command, readPreference, BsonDocument.class)
                : database.runCommand(command, readPreference, BsonDocument.class));
  }

  private Callable<Result> aggregate(Fields arguments) {
    List<BsonDocument> pipeline = arguments.documents("pipeline");
    return () ->
        Result.documents(database.aggregate(pipeline, BsonDocument.class).into(new ArrayList<>()));
  }

  private Callable<Result> createCollection(Fields arguments) {
    String name = arguments.text("collection");
    Optional<String> viewOn = arguments.optionalText("viewOn");
    Optional<ClientSession> session = entities.session(arguments);
    return () -> {
      if (viewOn.isPresent()) {
        database.createView(name, viewOn.get(), List.of());
      } else if (session.isPresent()) {
        database.createCollection(session.get(), name);
      } else {
        database.createCollection(name);
      }
      return Result.nothing();
    };
  }

  private Callable<Result> listCollections(Fields arguments) {
    Optional<ClientSession> session = entities.session(arguments);
    return () ->
        Result.documents(
            InSession.call(
                    session,
                    within -> database.listCollections(within, BsonDocument.class),
                    () -> database.listCollections(BsonDocument.class))
                .into(new ArrayList<>()));
  }

  private Callable<Result> dropCollection(Fields arguments) {
    String name = arguments.text("collection");
    return () -> {
      database.getCollection(name).drop();
      return Result.nothing();
    };
  }

  @Override
  public void close() {
    // The client's to close.
  }
}
