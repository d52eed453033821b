package dev.tailrace.conformance.unified.entity;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoClientException;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadConcern;
import com.mongodb.ServerApi;
import com.mongodb.ServerApiVersion;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.tailrace.conformance.support.DriverSettings;
import dev.tailrace.conformance.support.EventLog;
import dev.tailrace.conformance.support.TestServer;
import dev.tailrace.conformance.unified.client.ClientUnderTest;
import dev.tailrace.conformance.unified.client.DriverEvents;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.Operation;
import dev.tailrace.conformance.unified.format.TestFile.EntityDefinition;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.bson.BsonDocument;

/** Makes the entities of one test. */
public final class EntityFactory {

  private final TestServer server;
  private final ClientUnderTest clientUnderTest;
  private final EntityMap entities;
  private final Consumer<Operation> runInTransaction;

  /**
   * @param entities where the entities go, and those they refer to are
   * @param runInTransaction runs an operation with its claims, and throws what it has thrown
   */
  public EntityFactory(
      TestServer server,
      ClientUnderTest clientUnderTest,
      EntityMap entities,
      Consumer<Operation> runInTransaction) {
    this.server = server;
    this.clientUnderTest = clientUnderTest;
    this.entities = entities;
    this.runInTransaction = runInTransaction;
  }

  /**
   * Makes an entity.
   *
   * @throws UnrunnableTestException if it cannot be made
   */
  public void create(EntityDefinition definition) {
    Fields fields = new Fields(definition.kind(), definition.definition());
    String id = fields.text("id");
    Entity entity =
        switch (definition.kind()) {
          case "client" -> client(fields);
          case "database" -> database(fields);
          case "collection" -> collection(fields);
          case "session" -> session(fields);
          default -> throw new UnrunnableTestException("unsupported entity " + definition.kind());
        };
    entities.add(id, entity);
  }

  private Entity client(Fields fields) {
    String uri =
        ConnectionOptions.apply(
            server.connectionString(),
            fields.optionalDocument("uriOptions").orElseGet(BsonDocument::new));
    fields.optionalFlag("useMultipleMongoses"); // Speaks of sharded clusters only.
    fields.optionalNumber("awaitMinPoolSizeMS"); // No test of change streams observes the pool.
    Set<String> ignoredCommands =
        new LinkedHashSet<>(fields.optionalTexts("ignoreCommandMonitoringEvents"));
    ignoredCommands.add("configureFailPoint"); // The runner's own doing.
    EventLog log =
        new EventLog(
            eventTypes(fields),
            ignoredCommands,
            fields.optionalFlag("observeSensitiveCommands").orElse(false));
    DriverEvents driverEvents = new DriverEvents(log);
    MongoClientSettings.Builder settings =
        DriverSettings.of(uri)
            .addCommandListener(driverEvents)
            .applyToConnectionPoolSettings(each -> each.addConnectionPoolListener(driverEvents))
            .applyToClusterSettings(each -> each.addClusterListener(driverEvents));
    fields
        .optionalDocument("serverApi")
        .map(EntityFactory::serverApi)
        .ifPresent(settings::serverApi);
    fields.requireAllRead();
    MongoClientSettings built = settings.build();
    return new ClientEntity(
        MongoClients.create(built),
        log,
        driverEvents,
        () -> clientUnderTest.connect(server, uri, built.getRetryReads(), log),
        entities);
  }

  private static Set<String> eventTypes(Fields fields) {
    Set<String> types = new LinkedHashSet<>(fields.optionalTexts("observeEvents"));
    if (!DriverEvents.TYPES.containsAll(types)) {
      types.removeAll(DriverEvents.TYPES);
      throw new UnrunnableTestException("unsupported events " + types);
    }
    return types;
  }

  private static ServerApi serverApi(BsonDocument document) {
    Fields fields = new Fields("serverApi", document);
    try {
      ServerApi.Builder api =
          ServerApi.builder().version(ServerApiVersion.findByValue(fields.text("version")));
      fields.optionalFlag("strict").ifPresent(api::strict);
      fields.optionalFlag("deprecationErrors").ifPresent(api::deprecationErrors);
      fields.requireAllRead();
      return api.build();
    } catch (MongoClientException unknown) {
      throw new UnrunnableTestException("unsupported server API", unknown);
    }
  }

  private Entity database(Fields fields) {
    ClientEntity client = entities.get(fields.text("client"), ClientEntity.class);
    MongoDatabase database = client.driver().getDatabase(fields.text("databaseName"));
    BsonDocument given = fields.optionalDocument("databaseOptions").orElseGet(BsonDocument::new);
    Fields options = new Fields("databaseOptions", given);
    Optional<ReadConcern> readConcern =
        options.optionalDocument("readConcern").map(Options::readConcern);
    options.requireAllRead();
    fields.requireAllRead();
    return new DatabaseEntity(
        client, readConcern.map(database::withReadConcern).orElse(database), entities);
  }

  private Entity collection(Fields fields) {
    DatabaseEntity parent = entities.get(fields.text("database"), DatabaseEntity.class);
    MongoCollection<BsonDocument> collection =
        parent.database().getCollection(fields.text("collectionName"), BsonDocument.class);
    BsonDocument given = fields.optionalDocument("collectionOptions").orElseGet(BsonDocument::new);
    Fields options = new Fields("collectionOptions", given);
    Optional<ReadConcern> readConcern =
        options.optionalDocument("readConcern").map(Options::readConcern);
    Optional<WriteConcern> writeConcern =
        options.optionalDocument("writeConcern").map(Options::writeConcern);
    options.requireAllRead();
    fields.requireAllRead();
    MongoCollection<BsonDocument> reading =
        readConcern.map(collection::withReadConcern).orElse(collection);
    return new CollectionEntity(
        parent.client(), writeConcern.map(reading::withWriteConcern).orElse(reading), entities);
  }

  private Entity session(Fields fields) {
    ClientEntity client = entities.get(fields.text("client"), ClientEntity.class);
    BsonDocument given = fields.optionalDocument("sessionOptions").orElseGet(BsonDocument::new);
    Fields options = new Fields("sessionOptions", given);
    ClientSessionOptions.Builder sessionOptions = ClientSessionOptions.builder();
    options
        .optionalDocument("defaultTransactionOptions")
        .map(document -> new Fields("defaultTransactionOptions", document))
        .map(Options::transactionOptions)
        .ifPresent(sessionOptions::defaultTransactionOptions);
    options.optionalFlag("causalConsistency").ifPresent(sessionOptions::causallyConsistent);
    options.optionalFlag("snapshot").ifPresent(sessionOptions::snapshot);
    options.requireAllRead();
    fields.requireAllRead();
    return new SessionEntity(
        client.driver().startSession(sessionOptions.build()), runInTransaction);
  }
}
