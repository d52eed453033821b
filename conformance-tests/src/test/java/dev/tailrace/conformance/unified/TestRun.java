package dev.tailrace.conformance.unified;

import com.mongodb.client.MongoClient;
import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.conformance.support.ObservedEvent;
import dev.tailrace.conformance.support.TestServer;
import dev.tailrace.conformance.unified.client.ClientUnderTest;
import dev.tailrace.conformance.unified.entity.ClientEntity;
import dev.tailrace.conformance.unified.entity.Entity;
import dev.tailrace.conformance.unified.entity.EntityFactory;
import dev.tailrace.conformance.unified.entity.EntityMap;
import dev.tailrace.conformance.unified.entity.Result;
import dev.tailrace.conformance.unified.format.ExpectedEvents;
import dev.tailrace.conformance.unified.format.Fields;
import dev.tailrace.conformance.unified.format.Operation;
import dev.tailrace.conformance.unified.format.TestFile;
import dev.tailrace.conformance.unified.format.TestFile.TestCase;
import dev.tailrace.conformance.unified.format.UnrunnableTestException;
import dev.tailrace.conformance.unified.match.ErrorMatcher;
import dev.tailrace.conformance.unified.match.EventMatcher;
import dev.tailrace.conformance.unified.match.Matcher;
import dev.tailrace.conformance.unified.match.OperationError;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One test, run once against one server (unified test format, "Executing a Test"). It has passed if
 * {@link #run} returns.
 */
final class TestRun implements AutoCloseable {

  private final TestFile file;
  private final TestCase test;
  private final TestServer server;

  private final EntityMap entities = new EntityMap();
  private final Matcher matcher = new Matcher(entities);
  private final ErrorMatcher errorMatcher = new ErrorMatcher(matcher);
  private final EventMatcher eventMatcher = new EventMatcher(matcher);
  private final EntityFactory factory;
  private final StoredData storedData;
  private final RunnerOperations runnerOperations;

  /**
   * @param internal a client that no test sees, for preparing and checking
   */
  TestRun(
      TestFile file,
      TestCase test,
      TestServer server,
      MongoClient internal,
      ClientUnderTest clientUnderTest) {
    this.file = file;
    this.test = test;
    this.server = server;
    this.factory = new EntityFactory(server, clientUnderTest, entities, this::runAndThrow);
    this.storedData = new StoredData(internal);
    this.runnerOperations = new RunnerOperations(entities, factory, storedData, eventMatcher);
  }

  /**
   * Runs the test.
   *
   * @throws UnrunnableTestException if it asks for what it cannot have
   * @throws AssertionError if a claim of its does not hold
   * @throws Exception if an operation fails that should not
   */
  void run() throws Exception {
    if (!test.skipReason().isEmpty()) {
      throw new UnrunnableTestException("the test skips itself: " + test.skipReason());
    }
    if (!test.expectLogMessages().isEmpty()) {
      throw new UnrunnableTestException("log messages are not observed");
    }
    file.initialData().forEach(storedData::fill);
    file.createEntities().forEach(factory::create);
    for (Operation operation : test.operations()) {
      run(operation);
    }
    List<ClientEntity> clients = entities.all(ClientEntity.class);
    clients.forEach(client -> client.events().stop());
    runnerOperations.disableFailPoints();
    test.expectEvents().forEach(this::checkEvents);
    test.outcome().forEach(storedData::check);
  }

  /** Asserts that the server has no cursor left when all streams are closed. */
  void checkThatNoCursorIsLeft() {
    entities.closeCursors();
    Eventually.await("no cursor is left at the server", () -> server.openCursors() == 0);
  }

  /** Frees what the test holds, however it has ended. */
  @Override
  public void close() {
    try (entities) {
      runnerOperations.disableFailPoints();
    }
  }

  /**
   * Runs one operation, and checks what is claimed of it.
   *
   * @return what it has thrown, where that was allowed; null if it has not
   */
  private @Nullable Exception run(Operation operation) throws Exception {
    try {
      if (operation.object().equals(Operation.TEST_RUNNER)) {
        runnerOperations.run(operation);
        return null;
      }
      return runOnEntity(operation);
    } catch (AssertionError claim) {
      throw new AssertionError(
          "%s of %s: %s".formatted(operation.name(), operation.object(), claim.getMessage()),
          claim);
    }
  }

  private @Nullable Exception runOnEntity(Operation operation) throws Exception {
    Fields arguments = new Fields(operation.name(), operation.arguments());
    Callable<Result> prepared =
        entities.get(operation.object(), Entity.class).prepare(operation.name(), arguments);
    arguments.requireAllRead();
    Result result;
    try {
      result = prepared.call();
    } catch (UnrunnableTestException | InterruptedException notTheOperations) {
      throw notTheOperations;
    } catch (Exception thrown) {
      if (operation.expectError().isPresent()) {
        errorMatcher.match(operation.expectError().get(), OperationError.of(thrown));
      } else if (!operation.ignoreResultAndError()) {
        throw thrown;
      }
      return thrown;
    }
    if (operation.expectError().isPresent()) {
      throw new AssertionError("expected an error, found " + result);
    }
    operation.expectResult().ifPresent(expected -> result.match(matcher, expected));
    if (operation.saveResultAsEntity().isPresent()) {
      entities.add(operation.saveResultAsEntity().get(), result.toEntity());
    } else if (result instanceof Result.Made made) {
      made.entity().close();
    }
    return null;
  }

  /** For operations inside of a transaction: what they throw has to reach the driver as well. */
  private void runAndThrow(Operation operation) {
    try {
      Exception thrown = run(operation);
      if (thrown != null) {
        throw thrown;
      }
    } catch (RuntimeException unchecked) {
      throw unchecked;
    } catch (Exception checked) {
      throw new IllegalStateException(checked);
    }
  }

  private void checkEvents(ExpectedEvents expected) {
    ClientEntity client = entities.get(expected.client(), ClientEntity.class);
    List<ObservedEvent> observed =
        client.events().events().stream()
            .filter(event -> event.kind().equals(expected.eventType()))
            .toList();
    eventMatcher.match(
        expected.client(), expected.events(), observed, expected.ignoreExtraEvents());
  }
}
