package dev.tailrace.conformance.topology;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.conformance.unified.entity.ConnectionOptions;
import dev.tailrace.conformance.unified.match.Matcher;
import dev.tailrace.conformance.unified.match.NoEntities;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.network.RawConnection;
import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.LogMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Plays one test in the unified test format with a transport, on a fake server of a release and a
 * kind that meet its requirements: sends what its operations stand for, and holds what the
 * transport told of commands and had to log against what is expected.
 */
final class TransportPlayer {

  /** All that is left of a server's error that may hold a secret. */
  private static final Pattern REDACTED = Pattern.compile("code \\d+( \\(\\w+\\))?");

  private static final Matcher MATCHER = new Matcher(new NoEntities());

  private final FakeReplicaSet set;
  private final Map<String, PlayedTransport> clients = new LinkedHashMap<>();

  /** The client of each entity that has one, by the entity's name. */
  private final Map<String, PlayedTransport> owners = new LinkedHashMap<>();

  /** The definition of each entity, by its name. */
  private final Map<String, BsonDocument> definitions = new LinkedHashMap<>();

  /** How many events the test has waited for. */
  private int awaited;

  private TransportPlayer(FakeReplicaSet set) {
    this.set = set;
  }

  /** Plays a test of that file. */
  static void play(BsonDocument file, BsonDocument test) throws Exception {
    try (FakeReplicaSet set = serverFor(file, test)) {
      TransportPlayer player = new TransportPlayer(set);
      try {
        player.run(file, test);
      } finally {
        player.clients.values().forEach(PlayedTransport::close);
      }
    }
  }

  private static FakeReplicaSet serverFor(BsonDocument file, BsonDocument test) {
    FakeReplicaSet.Builder builder =
        FakeReplicaSet.builder().members(1).serverVersion(releaseFor(test));
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
    messages.forEach(expected -> checkMessages(expected.asDocument()));
    for (BsonValue expected : events) {
      String type =
          expected.asDocument().getString("eventType", new BsonString("command")).getValue();
      if (type.equals("command")) {
        checkEvents(expected.asDocument());
      } else {
        checkTold(type, expected.asDocument());
      }
    }
  }

  private void store(BsonDocument data) throws InterruptedException {
    if (!data.getArray("documents").isEmpty()) {
      runOnServer(
          data.getString("databaseName").getValue(),
          new BsonDocument("insert", data.getString("collectionName"))
              .append("documents", data.getArray("documents")));
    }
  }

  private void runOnServer(String database, BsonDocument command) throws InterruptedException {
    try (RawConnection connection = set.connect(0)) {
      BsonDocument reply = connection.command(database, command);
      assertThat(reply.getNumber("ok").intValue()).as("%s", reply).isEqualTo(1);
    }
  }

  private void createEntities(BsonArray entities) {
    for (BsonValue entity : entities) {
      String kind = entity.asDocument().getFirstKey();
      BsonDocument definition = entity.asDocument().getDocument(kind);
      String id = definition.getString("id").getValue();
      definitions.put(id, definition);
      switch (kind) {
        case "client" -> {
          String uri =
              ConnectionOptions.apply(
                  set.connectionString(), definition.getDocument("uriOptions", new BsonDocument()));
          PlayedTransport client =
              new PlayedTransport(
                  uri, definition.getDocument("observeLogMessages", new BsonDocument()).keySet());
          clients.put(id, client);
          owners.put(id, client);
        }
        case "database", "session" ->
            owners.put(id, owner(definition.getString("client").getValue()));
        case "collection" -> owners.put(id, owner(definition.getString("database").getValue()));
        default -> throw new AssertionError("unknown entity " + kind);
      }
    }
  }

  private PlayedTransport owner(String entity) {
    return requireNonNull(owners.get(entity), entity);
  }

  private BsonDocument definition(String entity) {
    return requireNonNull(definitions.get(entity), entity);
  }

  private void run(BsonDocument operation) throws Exception {
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

  private void runByRunner(String name, BsonDocument arguments) throws InterruptedException {
    switch (name) {
      case "createEntities" -> createEntities(arguments.getArray("entities"));
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
        BsonDocument command =
            DriverOperations.command(
                name, definition.getString("collectionName").getValue(), arguments);
        yield arguments.containsKey("session")
            ? client.sendInTransaction(database, command)
            : readToTheEnd(client, database, command);
      }
    };
  }

  /** Sends a command, and a {@code getMore} for each further batch that its reply promises. */
  private static Outcome readToTheEnd(PlayedTransport client, String database, BsonDocument command)
      throws InterruptedException {
    Outcome outcome = client.send(database, command);
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

  private String databaseOf(BsonDocument collection) {
    return definition(collection.getString("database").getValue())
        .getString("databaseName")
        .getValue();
  }

  private static void checkOutcome(BsonDocument operation, Outcome outcome) {
    BsonDocument expected = operation.getDocument("expectError", new BsonDocument());
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

  private void checkEvents(BsonDocument expected) {
    String client = expected.getString("client").getValue();
    BsonArray observed = definition(client).getArray("observeEvents");
    List<CommandEvent> told =
        owner(client).commands().stream()
            .filter(event -> observed.contains(new BsonString(kind(event))))
            .toList();
    BsonArray events = expected.getArray("events");
    assertThat(told).as("expected %s", events).hasSameSizeAs(events);
    for (int i = 0; i < told.size(); i++) {
      BsonDocument event = events.get(i).asDocument();
      assertThat(kind(told.get(i))).isEqualTo(event.getFirstKey());
      BsonDocument actual = document(told.get(i));
      String path = "event " + i + ", ";
      event
          .getDocument(event.getFirstKey())
          .forEach((name, value) -> MATCHER.matchRoot(path + name, value, actual.get(name)));
    }
  }

  /** Checks the events of pools or of the deployment. */
  private void checkTold(String type, BsonDocument expected) {
    String client = expected.getString("client").getValue();
    BsonArray observed = definition(client).getArray("observeEvents");
    List<ToldEvent> told =
        owner(client).told().stream()
            .filter(event -> event.type().equals(type))
            .filter(event -> observed.contains(new BsonString(event.name())))
            .toList();
    BsonArray events = expected.getArray("events");
    if (expected.getBoolean("ignoreExtraEvents", BsonBoolean.FALSE).getValue()) {
      assertThat(told).as("expected %s", events).hasSizeGreaterThanOrEqualTo(events.size());
    } else {
      assertThat(told).as("expected %s", events).hasSameSizeAs(events);
    }
    for (int i = 0; i < events.size(); i++) {
      told.get(i).match("event " + i, events.get(i).asDocument());
    }
  }

  /** The event's name as the test format has it. */
  private static String kind(CommandEvent event) {
    return "command" + event.getClass().getSimpleName() + "Event";
  }

  private static BsonDocument document(CommandEvent event) {
    CommandEvent.Context at = event.context();
    BsonDocument document =
        new BsonDocument("commandName", new BsonString(at.commandName()))
            .append("databaseName", new BsonString(at.databaseName()))
            .append(
                "hasServerConnectionId", BsonBoolean.valueOf(at.serverConnectionId().isPresent()))
            .append("hasServiceId", BsonBoolean.valueOf(at.serviceId().isPresent()));
    if (event instanceof CommandEvent.Started started) {
      document.append("command", started.command());
    } else if (event instanceof CommandEvent.Succeeded succeeded) {
      document.append("reply", succeeded.reply());
    }
    return document;
  }

  private void checkMessages(BsonDocument expected) {
    List<PlayedTransport.Logged> logged = owner(expected.getString("client").getValue()).logged();
    BsonArray messages = expected.getArray("messages");
    assertThat(logged).as("expected %s", messages).hasSameSizeAs(messages);
    for (int i = 0; i < logged.size(); i++) {
      checkMessage(messages.get(i).asDocument(), logged.get(i), "message " + i);
    }
  }

  private static void checkMessage(
      BsonDocument expected, PlayedTransport.Logged logged, String path) {
    assertThat(expected.getString("level").getValue()).isEqualTo("debug"); // The only one we have.
    assertThat(logged.component()).isEqualTo(expected.getString("component").getValue());
    MATCHER.matchRoot(path, expected.getDocument("data"), document(logged.message()));
    if (expected.containsKey("failureIsRedacted")) {
      String failure = String.valueOf(logged.message().fields().get("failure"));
      assertThat(BsonBoolean.valueOf(REDACTED.matcher(failure).matches()))
          .as("whether \"%s\" is redacted", failure)
          .isEqualTo(expected.getBoolean("failureIsRedacted"));
    }
  }

  private static BsonDocument document(LogMessage message) {
    BsonDocument document = new BsonDocument();
    message.fields().forEach((name, value) -> document.append(name, bson(value)));
    return document;
  }

  private static BsonValue bson(Object value) {
    if (value instanceof Long number) {
      return new BsonInt64(number);
    } else if (value instanceof Integer number) {
      return new BsonInt32(number);
    } else if (value instanceof Boolean flag) {
      return BsonBoolean.valueOf(flag);
    }
    return new BsonString((String) value);
  }
}
