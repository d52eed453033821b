package dev.tailrace.conformance.topology;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.conformance.unified.entity.ConnectionOptions;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Plays one test in the unified test format with a transport, on a fake server of a release and a
 * kind that meet its requirements: sends what its operations stand for, and holds what the
 * transport told of commands and had to log against what is expected.
 */
final class TransportPlayer {

  private static final int PATIENCE_SECONDS = 20;
  private static final String USER = "ann";
  private static final String PASSWORD = "secret";

  private final String connectionString;

  /** What the test runner uses for itself. */
  private final PlayedTransport runner;

  private final Map<String, PlayedTransport> clients = new LinkedHashMap<>();

  /** The client of each entity that has one, by the entity's name. */
  private final Map<String, PlayedTransport> owners = new LinkedHashMap<>();

  /** The definition of each entity, by its name. */
  private final Map<String, BsonDocument> definitions = new LinkedHashMap<>();

  /** What each thread of the test has to do, one after the other. */
  private final Map<String, CompletableFuture<Void>> threads = new ConcurrentHashMap<>();

  /** How many events the test has waited for. */
  private int awaited;

  private TransportPlayer(String connectionString) {
    this.connectionString = connectionString;
    this.runner = new PlayedTransport(connectionString, Map.of());
  }

  /** Plays a test of that file. */
  static void play(BsonDocument file, BsonDocument test) throws Exception {
    boolean hasUsers = needsUsers(file) || needsUsers(test);
    try (FakeReplicaSet set = serverFor(file, test, hasUsers)) {
      TransportPlayer player =
          new TransportPlayer(
              hasUsers ? set.connectionString(USER, PASSWORD) : set.connectionString());
      try {
        player.run(file, test);
      } finally {
        player.clients.values().forEach(PlayedTransport::close);
        player.runner.close();
      }
    }
  }

  private static boolean needsUsers(BsonDocument fileOrTest) {
    return fileOrTest.getArray("runOnRequirements", new BsonArray()).stream()
        .anyMatch(each -> BsonBoolean.TRUE.equals(each.asDocument().get("auth")));
  }

  private static FakeReplicaSet serverFor(BsonDocument file, BsonDocument test, boolean hasUsers) {
    FakeReplicaSet.Builder builder =
        FakeReplicaSet.builder().members(1).serverVersion(releaseFor(test));
    if (hasUsers) {
      builder.user(USER, PASSWORD);
    }
    switch (topologyFor(file, test)) {
      case "load-balanced" -> builder.behindLoadBalancer();
      case "single" -> builder.standalone();
      case "replicaset" -> builder.members(3);
      default -> {}
    }
    return builder.start();
  }

  private static ServerVersion releaseFor(BsonDocument test) {
    for (BsonValue requirement : test.getArray("runOnRequirements", new BsonArray())) {
      if (new BsonString("4.2.99").equals(requirement.asDocument().get("maxServerVersion"))) {
        return ServerVersion.V4_2;
      }
    }
    return ServerVersion.V6_0;
  }

  /** The kind of deployment that one of the two cannot do without; "" where a small set will do. */
  private static String topologyFor(BsonDocument file, BsonDocument test) {
    for (BsonDocument level : List.of(file, test)) {
      for (BsonValue requirement : level.getArray("runOnRequirements", new BsonArray())) {
        BsonArray topologies = requirement.asDocument().getArray("topologies", new BsonArray());
        boolean takesSets = topologies.contains(new BsonString("replicaset"));
        if (topologies.size() == 1 || (!topologies.isEmpty() && !takesSets)) {
          return topologies.get(0).asString().getValue();
        }
      }
    }
    return "";
  }

  private void run(BsonDocument file, BsonDocument test) throws Exception {
    KnownFields.require(
        "a file",
        file,
        "description",
        "schemaVersion",
        "runOnRequirements",
        "createEntities",
        "initialData",
        "tests",
        "_yamlAnchors");
    KnownFields.require(
        "a test",
        test,
        "description",
        "runOnRequirements",
        "operations",
        "expectEvents",
        "expectLogMessages",
        "outcome");
    for (BsonValue data : file.getArray("initialData", new BsonArray())) {
      store(data.asDocument());
    }
    createEntities(file.getArray("createEntities", new BsonArray()));
    for (BsonValue operation : test.getArray("operations")) {
      run(operation.asDocument());
    }
    BsonArray messages = test.getArray("expectLogMessages", new BsonArray());
    BsonArray events = test.getArray("expectEvents", new BsonArray());
    assertThat(messages.size() + events.size() + awaited).isPositive();
    for (BsonValue expected : messages) {
      String client = expected.asDocument().getString("client").getValue();
      TransportExpectations.checkMessages(owner(client), expected.asDocument());
    }
    for (BsonValue expected : events) {
      String client = expected.asDocument().getString("client").getValue();
      TransportExpectations.checkEvents(
          owner(client), definition(client).getArray("observeEvents"), expected.asDocument());
    }
    for (BsonValue expected : test.getArray("outcome", new BsonArray())) {
      checkStored(expected.asDocument());
    }
  }

  private void checkStored(BsonDocument expected) throws InterruptedException {
    KnownFields.require("outcome", expected, "collectionName", "databaseName", "documents");
    BsonDocument found =
        runOnServer(
            expected.getString("databaseName").getValue(),
            new BsonDocument("find", expected.getString("collectionName"))
                .append("sort", new BsonDocument("_id", new BsonInt32(1))));
    assertThat(found.getDocument("cursor").getArray("firstBatch"))
        .isEqualTo(expected.getArray("documents"));
  }

  private void store(BsonDocument data) throws InterruptedException {
    if (!data.getArray("documents").isEmpty()) {
      runOnServer(
          data.getString("databaseName").getValue(),
          new BsonDocument("insert", data.getString("collectionName"))
              .append("documents", data.getArray("documents")));
    }
  }

  /** What a test runner does behind the back of its clients. */
  private BsonDocument runOnServer(String database, BsonDocument command)
      throws InterruptedException {
    Outcome outcome = runner.send(database, command);
    assertThat(outcome).isInstanceOf(Outcome.Replied.class);
    BsonDocument reply = ((Outcome.Replied) outcome).reply().asDocument();
    assertThat(reply.getNumber("ok").intValue()).as("%s", reply).isEqualTo(1);
    return reply;
  }

  private void createEntities(BsonArray entities) {
    for (BsonValue entity : entities) {
      String kind = entity.asDocument().getFirstKey();
      BsonDocument definition = entity.asDocument().getDocument(kind);
      String id = definition.getString("id").getValue();
      definitions.put(id, definition);
      switch (kind) {
        case "client" -> {
          KnownFields.require(
              "a client",
              definition,
              "id",
              "useMultipleMongoses",
              "uriOptions",
              "observeEvents",
              "observeLogMessages",
              "observeSensitiveCommands");
          String uri =
              ConnectionOptions.apply(
                  connectionString, definition.getDocument("uriOptions", new BsonDocument()));
          PlayedTransport client =
              new PlayedTransport(
                  uri, levels(definition.getDocument("observeLogMessages", new BsonDocument())));
          clients.put(id, client);
          owners.put(id, client);
        }
        case "database", "session" ->
            owners.put(id, owner(definition.getString("client").getValue()));
        case "collection" -> {
          KnownFields.require(
              "a collection", definition, "id", "database", "collectionName", "collectionOptions");
          owners.put(id, owner(definition.getString("database").getValue()));
        }
        case "thread" -> threads.put(id, CompletableFuture.completedFuture(null));
        default -> throw new AssertionError("unknown entity " + kind);
      }
    }
  }

  private static Map<String, Level> levels(BsonDocument observed) {
    Map<String, Level> levels = new HashMap<>();
    observed.forEach((component, level) -> levels.put(component, level(level.asString())));
    return levels;
  }

  static Level level(BsonString name) {
    return Level.valueOf(name.getValue().toUpperCase(Locale.ROOT));
  }

  private PlayedTransport owner(String entity) {
    return requireNonNull(owners.get(entity), entity);
  }

  private BsonDocument definition(String entity) {
    return requireNonNull(definitions.get(entity), entity);
  }

  private void run(BsonDocument operation) throws Exception {
    KnownFields.require(
        "an operation", operation, "name", "object", "arguments", "expectError", "expectResult");
    BsonDocument arguments = operation.getDocument("arguments", new BsonDocument());
    if (operation.getString("object").getValue().equals("testRunner")) {
      runByRunner(operation.getString("name").getValue(), arguments);
    } else if (operation.getString("name").getValue().equals("close")) {
      owner(operation.getString("object").getValue()).close();
    } else if (operation.getString("name").getValue().equals("startTransaction")) {
      owner(operation.getString("object").getValue()).startTransaction();
    } else {
      checkOutcome(operation, send(operation, arguments));
    }
  }

  private void runByRunner(String name, BsonDocument arguments) throws Exception {
    switch (name) {
      case "createEntities" -> createEntities(arguments.getArray("entities"));
      case "runOnThread" -> {
        BsonDocument operation = arguments.getDocument("operation");
        threads.computeIfPresent(
            arguments.getString("thread").getValue(),
            (thread, before) -> before.thenRunAsync(() -> runQuietly(operation)));
      }
      case "waitForThread" ->
          requireNonNull(threads.get(arguments.getString("thread").getValue()))
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      case "failPoint" -> runOnServer("admin", arguments.getDocument("failPoint"));
      case "waitForEvent" -> {
        PlayedTransport client = owner(arguments.getString("client").getValue());
        BsonDocument event = arguments.getDocument("event");
        int count = arguments.getInt32("count").getValue();
        Eventually.await(count + " times " + event, () -> client.count(event) >= count);
        awaited++;
      }
      case "assertEventCount" -> {
        PlayedTransport client = owner(arguments.getString("client").getValue());
        assertThat(client.count(arguments.getDocument("event")))
            .as("%s of %s", arguments, client.told())
            .isEqualTo(arguments.getInt32("count").getValue());
      }
      default -> throw new AssertionError("unknown operation " + name);
    }
  }

  private void runQuietly(BsonDocument operation) {
    try {
      run(operation);
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  /** Sends the command that an operation of a driver stands for, and what follows on it. */
  private Outcome send(BsonDocument operation, BsonDocument arguments) throws InterruptedException {
    String name = operation.getString("name").getValue();
    String object = operation.getString("object").getValue();
    PlayedTransport client = owner(object);
    BsonDocument definition = definition(object);
    return switch (name) {
      case "runCommand" ->
          client.send(
              definition.getString("databaseName").getValue(), arguments.getDocument("command"));
      case "listDatabases" ->
          client.sendInSession("admin", DriverOperations.command(name, "", arguments));
      case "commitTransaction", "abortTransaction" ->
          client.sendInTransaction("admin", DriverOperations.command(name, "", arguments));
      default -> {
        String database = databaseOf(definition);
        Target target = target(definition);
        BsonDocument command =
            DriverOperations.command(
                name, definition.getString("collectionName").getValue(), arguments);
        yield arguments.containsKey("session")
            ? client.sendInTransaction(database, command)
            : readToTheEnd(client, target, database, command);
      }
    };
  }

  /** Sends a command, and a {@code getMore} for each further batch that its reply promises. */
  private static Outcome readToTheEnd(
      PlayedTransport client, Target target, String database, BsonDocument command)
      throws InterruptedException {
    Outcome outcome = client.send(target, database, command);
    while (outcome instanceof Outcome.Replied replied) {
      Optional<BsonDocument> getMore =
          DriverOperations.getMore(replied.reply().asDocument(), command);
      if (getMore.isEmpty()) {
        break;
      }
      outcome = client.send(new Target.SameServer(replied.server()), database, getMore.get());
    }
    return outcome;
  }

  private static Target target(BsonDocument collection) {
    BsonDocument options = collection.getDocument("collectionOptions", new BsonDocument());
    return options.containsKey("readPreference")
        ? new Target.AnyEligible(readPreference(options.getDocument("readPreference")))
        : PlayedTransport.PRIMARY;
  }

  private static ReadPreference readPreference(BsonDocument document) {
    List<Map<String, String>> tagSets = new ArrayList<>();
    for (BsonValue tagSet : document.getArray("tagSets", new BsonArray())) {
      Map<String, String> tags = new LinkedHashMap<>();
      tagSet.asDocument().forEach((tag, value) -> tags.put(tag, value.asString().getValue()));
      tagSets.add(tags);
    }
    String mode = document.getString("mode").getValue();
    return new ReadPreference(
        Arrays.stream(ReadPreference.Mode.values())
            .filter(each -> each.specName().equalsIgnoreCase(mode))
            .findFirst()
            .orElseThrow(),
        tagSets,
        Optional.empty());
  }

  private String databaseOf(BsonDocument collection) {
    return definition(collection.getString("database").getValue())
        .getString("databaseName")
        .getValue();
  }

  private static void checkOutcome(BsonDocument operation, Outcome outcome) {
    BsonDocument expected = operation.getDocument("expectError", new BsonDocument());
    KnownFields.require("expectError", expected, "isError", "isClientError");
    boolean answered = outcome instanceof Outcome.Replied;
    boolean ok =
        outcome instanceof Outcome.Replied replied
            && DriverOperations.isSuccess(replied.reply().asDocument());
    assertThat(ok).as("%s of %s", outcome, operation).isEqualTo(expected.isEmpty());
    if (expected.containsKey("isClientError")) {
      assertThat(BsonBoolean.valueOf(!answered))
          .as("%s of %s", outcome, operation)
          .isEqualTo(expected.getBoolean("isClientError"));
    }
  }
}
