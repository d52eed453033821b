package dev.tailrace.conformance.unified;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import dev.tailrace.conformance.unified.entity.ClientEntity;
import dev.tailrace.conformance.unified.entity.EntityFactory;
import dev.tailrace.conformance.unified.entity.EntityMap;
import dev.tailrace.conformance.unified.entity.SessionEntity;
import dev.tailrace.conformance.unified.format.ExpectedEvents.ExpectedEvent;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.Operation;
import dev.tailrace.conformance.unified.format.TestFileReader;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import dev.tailrace.conformance.unified.match.EventMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** The operations that are for the runner itself ("Special Test Operations"). */
final class RunnerOperations {

  private static final Duration EVENT_PATIENCE = Duration.ofSeconds(10);

  private final EntityMap entities;
  private final EntityFactory factory;
  private final StoredData storedData;
  private final EventMatcher eventMatcher;
  private final List<FailPoint> failPoints = new ArrayList<>();

  RunnerOperations(
      EntityMap entities, EntityFactory factory, StoredData storedData, EventMatcher eventMatcher) {
    this.entities = entities;
    this.factory = factory;
    this.storedData = storedData;
    this.eventMatcher = eventMatcher;
  }

  /** Runs one. They have no results, and none may fail. */
  void run(Operation operation) throws InterruptedException {
    Fields arguments = new Fields(operation.name(), operation.arguments());
    switch (operation.name()) {
      case "createEntities" ->
          arguments.documents("entities").stream()
              .map(TestFileReader::entity)
              .forEach(factory::create);
      case "failPoint" -> failPoint(arguments);
      case "waitForEvent" -> waitForEvent(arguments);
      case "assertSameLsidOnLastTwoCommands" ->
          assertThat(lastLsid(arguments, 1)).isEqualTo(lastLsid(arguments, 2));
      case "assertDifferentLsidOnLastTwoCommands" ->
          assertThat(lastLsid(arguments, 1)).isNotEqualTo(lastLsid(arguments, 2));
      case "assertSessionDirty" -> assertThat(isDirty(arguments)).as("dirty").isTrue();
      case "assertSessionNotDirty" -> assertThat(isDirty(arguments)).as("dirty").isFalse();
      case "assertSessionUnpinned" ->
          assertThat(session(arguments).getPinnedServerAddress()).as("pinned to").isNull();
      case "assertSessionTransactionState" -> assertTransactionState(arguments);
      case "assertCollectionExists" ->
          assertThat(collectionExists(arguments)).as("exists").isTrue();
      case "assertCollectionNotExists" ->
          assertThat(collectionExists(arguments)).as("exists").isFalse();
      case "assertIndexExists" -> assertThat(indexExists(arguments)).as("exists").isTrue();
      case "assertIndexNotExists" -> assertThat(indexExists(arguments)).as("exists").isFalse();
      case "assertNumberConnectionsCheckedOut" -> {
        ClientEntity client = client(arguments);
        int expected = arguments.number("connections");
        assertThat(client.connectionsCheckedOut()).as("connections").isEqualTo(expected);
      }
      default ->
          throw new UnrunnableTestException("unsupported runner operation " + operation.name());
    }
    arguments.requireAllRead();
  }

  private void failPoint(Fields arguments) {
    MongoClient client = client(arguments).driver();
    BsonDocument failPoint = arguments.document("failPoint");
    FailPoint set = new FailPoint(client, failPoint.getString("configureFailPoint").getValue());
    set.configure(failPoint);
    failPoints.add(set);
  }

  /** Takes every fail point back that is still set. */
  void disableFailPoints() {
    failPoints.forEach(FailPoint::disable);
    failPoints.clear();
  }

  private void waitForEvent(Fields arguments) throws InterruptedException {
    ClientEntity client = client(arguments);
    ExpectedEvent expected = ExpectedEvent.of(arguments.document("event"));
    int count = arguments.number("count");
    boolean came =
        client
            .events()
            .await(event -> eventMatcher.matches(expected, event), count, EVENT_PATIENCE);
    assertThat(came).as("%d times %s in %s", count, expected, client.events().events()).isTrue();
  }

  /** The {@code lsid} of the last command, or of the one before it. */
  private BsonDocument lastLsid(Fields arguments, int fromTheEnd) {
    List<BsonDocument> commands =
        client(arguments).events().events().stream()
            .filter(event -> event.type().equals("commandStartedEvent"))
            .map(event -> event.fields().getDocument("command"))
            .toList();
    assertThat(commands).as("commands").hasSizeGreaterThanOrEqualTo(fromTheEnd);
    return commands.get(commands.size() - fromTheEnd).getDocument("lsid");
  }

  private boolean isDirty(Fields arguments) {
    return session(arguments).getServerSession().isMarkedDirty();
  }

  /** The driver tells no more of a transaction than whether there is one. */
  private void assertTransactionState(Fields arguments) {
    boolean isActive =
        switch (arguments.text("state")) {
          case "starting", "in_progress" -> true;
          case "none", "committed", "aborted" -> false;
          default -> throw new UnrunnableTestException("unknown transaction state");
        };
    assertThat(session(arguments).hasActiveTransaction()).as("in transaction").isEqualTo(isActive);
  }

  private boolean collectionExists(Fields arguments) {
    return storedData.exists(arguments.text("databaseName"), arguments.text("collectionName"));
  }

  private boolean indexExists(Fields arguments) {
    return storedData.hasIndex(
        arguments.text("databaseName"),
        arguments.text("collectionName"),
        arguments.text("indexName"));
  }

  private ClientEntity client(Fields arguments) {
    return entities.get(arguments.text("client"), ClientEntity.class);
  }

  private ClientSession session(Fields arguments) {
    return entities.get(arguments.text("session"), SessionEntity.class).session();
  }

  /**
   * A fail point that a test has set.
   *
   * @param client with whose primary it was set
   * @param name its name
   */
  private record FailPoint(MongoClient client, String name) {

    void configure(BsonDocument command) {
      client.getDatabase("admin").runCommand(command, ReadPreference.primary(), BsonDocument.class);
    }

    void disable() {
      configure(
          new BsonDocument("configureFailPoint", new BsonString(name))
              .append("mode", new BsonString("off")));
    }
  }
}
