package dev.tailrace.conformance.unified.format;

import java.util.List;
import org.bson.BsonDocument;

/**
 * One test file.
 *
 * @param name the file's name without {@code .json}
 * @param runOnRequirements alternatives, one of which the server has to meet; empty for none
 * @param createEntities what exists before each test, in the order it is made
 * @param initialData what the collections hold before each test
 * @param tests the tests, each on its own
 */
public record TestFile(
    String name,
    List<RunOnRequirement> runOnRequirements,
    List<EntityDefinition> createEntities,
    List<CollectionData> initialData,
    List<TestCase> tests) {

  /**
   * One test.
   *
   * @param description its name
   * @param runOnRequirements further alternatives, one of which the server has to meet
   * @param skipReason why the test is not to be run; empty if it is
   * @param operations what is done, in order
   * @param expectEvents what the clients observe meanwhile
   * @param expectLogMessages what the clients log meanwhile, as it is written; empty for no claim
   * @param outcome what the collections hold in the end
   */
  public record TestCase(
      String description,
      List<RunOnRequirement> runOnRequirements,
      String skipReason,
      List<Operation> operations,
      List<ExpectedEvents> expectEvents,
      List<BsonDocument> expectLogMessages,
      List<CollectionData> outcome) {

    /** Whether a change stream is opened in it. */
    public boolean opensChangeStreams() {
      return operations.stream().anyMatch(each -> each.name().equals("createChangeStream"));
    }
  }

  /**
   * A thing that tests refer to by name.
   *
   * @param kind {@code client}, {@code database}, {@code collection}, ...
   * @param definition how it is made, with its name in {@code id}
   */
  public record EntityDefinition(String kind, BsonDocument definition) {}

  /**
   * The contents of one collection.
   *
   * @param databaseName the database
   * @param collectionName the collection
   * @param createOptions options of its {@code create} command; empty for none
   * @param documents its documents
   */
  public record CollectionData(
      String databaseName,
      String collectionName,
      BsonDocument createOptions,
      List<BsonDocument> documents) {}
}
