package dev.tailrace.conformance.unified.entity;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import dev.tailrace.conformance.support.EventLog;
import dev.tailrace.conformance.unified.client.ChangeStreamClient;
import dev.tailrace.conformance.unified.client.DocumentCursor;
import dev.tailrace.conformance.unified.client.DriverEvents;
import dev.tailrace.conformance.unified.client.WatchArguments;
import dev.tailrace.conformance.unified.client.Watched;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** A client: the official driver, and the client under test for its change streams. */
public final class ClientEntity implements Entity {

  private final MongoClient driver;
  private final EventLog events;
  private final DriverEvents driverEvents;
  private final Supplier<ChangeStreamClient> connect;
  private final EntityMap entities;

  /** Connected when first needed: most clients only write. */
  private @Nullable ChangeStreamClient changeStreams;

  ClientEntity(
      MongoClient driver,
      EventLog events,
      DriverEvents driverEvents,
      Supplier<ChangeStreamClient> connect,
      EntityMap entities) {
    this.driver = driver;
    this.events = events;
    this.driverEvents = driverEvents;
    this.connect = connect;
    this.entities = entities;
  }

  /** The driver's client. */
  public MongoClient driver() {
    return driver;
  }

  /** What the client has told. */
  public EventLog events() {
    return events;
  }

  /** How many of the driver's connections are in use. */
  public int connectionsCheckedOut() {
    return driverEvents.connectionsCheckedOut();
  }

  @Override
  public Callable<Result> prepare(String operation, Fields arguments) {
    return switch (operation) {
      case "createChangeStream" -> createChangeStream(Watched.of(driver), arguments);
      case "listDatabases" -> listDatabases(arguments);
      default -> throw new UnrunnableTestException("unsupported client operation " + operation);
    };
  }

  private Callable<Result> listDatabases(Fields arguments) {
    Optional<ClientSession> session = entities.session(arguments);
    return () ->
        Result.documents(
            InSession.call(
                    session,
                    within -> driver.listDatabases(within, BsonDocument.class),
                    () -> driver.listDatabases(BsonDocument.class))
                .into(new ArrayList<>()));
  }

  /** Opens a change stream with the client under test, on this client or a thing below it. */
  Callable<Result> createChangeStream(Watched watched, Fields arguments) {
    WatchArguments watchArguments = WatchArguments.read(arguments, entities.session(arguments));
    return () -> Result.entity(new CursorEntity(watch(watched, watchArguments)));
  }

  private DocumentCursor watch(Watched watched, WatchArguments arguments)
      throws InterruptedException {
    if (changeStreams == null) {
      changeStreams = connect.get();
    }
    return changeStreams.watch(watched, arguments);
  }

  @Override
  public void close() {
    if (changeStreams != null) {
      changeStreams.close();
    }
    driver.close();
  }
}
