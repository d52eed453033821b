package dev.tailrace.conformance.unified.format;

import dev.tailrace.conformance.unified.format.ExpectedEvents.ExpectedEvent;
import dev.tailrace.conformance.unified.format.TestFile.CollectionData;
import dev.tailrace.conformance.unified.format.TestFile.EntityDefinition;
import dev.tailrace.conformance.unified.format.TestFile.TestCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Reads test files: Extended JSON that keeps to the schema of the version it names. Not
 * thread-safe.
 */
public final class TestFileReader {

  private final FormatSchema schema = new FormatSchema();

  /**
   * Reads one file.
   *
   * @throws RefusedFileException if it is not a test file of a supported version
   * @throws IOException if it cannot be read
   */
  public TestFile read(Path path) throws IOException {
    String json = Files.readString(path);
    schema.check(json);
    BsonDocument file = BsonDocument.parse(json);
    return new TestFile(
        path.getFileName().toString().replaceFirst("\\.json$", ""),
        each(file, "runOnRequirements", TestFileReader::requirement),
        each(file, "createEntities", TestFileReader::entity),
        each(file, "initialData", TestFileReader::collectionData),
        each(file, "tests", TestFileReader::test));
  }

  /** Reads one entity's definition, as it stands in a file or in an operation's arguments. */
  public static EntityDefinition entity(BsonDocument document) {
    String kind = document.getFirstKey();
    return new EntityDefinition(kind, document.getDocument(kind));
  }

  /** Reads one operation, as it stands in a test or in another operation's arguments. */
  public static Operation operation(BsonDocument document) {
    return new Operation(
        text(document, "name").orElseThrow(),
        text(document, "object").orElseThrow(),
        document.getDocument("arguments", new BsonDocument()),
        flag(document, "ignoreResultAndError").orElse(false),
        Optional.ofNullable(document.get("expectError")).map(BsonValue::asDocument),
        Optional.ofNullable(document.get("expectResult")),
        text(document, "saveResultAsEntity"));
  }

  private static TestCase test(BsonDocument document) {
    return new TestCase(
        text(document, "description").orElseThrow(),
        each(document, "runOnRequirements", TestFileReader::requirement),
        text(document, "skipReason").orElse(""),
        each(document, "operations", TestFileReader::operation),
        each(document, "expectEvents", TestFileReader::expectedEvents),
        each(document, "expectLogMessages", Function.identity()),
        each(document, "outcome", TestFileReader::collectionData));
  }

  /** Reads one requirement. */
  public static RunOnRequirement requirement(BsonDocument document) {
    return new RunOnRequirement(
        text(document, "minServerVersion").map(Version::parse),
        text(document, "maxServerVersion").map(Version::parse),
        document.getArray("topologies", new BsonArray()).stream()
            .map(topology -> topology.asString().getValue())
            .toList(),
        text(document, "serverless"),
        flag(document, "auth"),
        text(document, "authMechanism"),
        flag(document, "csfle"),
        document.getDocument("serverParameters", new BsonDocument()));
  }

  private static CollectionData collectionData(BsonDocument document) {
    return new CollectionData(
        text(document, "databaseName").orElseThrow(),
        text(document, "collectionName").orElseThrow(),
        document.getDocument("createOptions", new BsonDocument()),
        each(document, "documents", Function.identity()));
  }

  private static ExpectedEvents expectedEvents(BsonDocument document) {
    return new ExpectedEvents(
        text(document, "client").orElseThrow(),
        text(document, "eventType").orElse("command"),
        each(document, "events", ExpectedEvent::of),
        flag(document, "ignoreExtraEvents").orElse(false));
  }

  private static <T> List<T> each(
      BsonDocument document, String name, Function<BsonDocument, T> read) {
    return document.getArray(name, new BsonArray()).stream()
        .map(BsonValue::asDocument)
        .map(read)
        .toList();
  }

  private static Optional<String> text(BsonDocument document, String name) {
    return Optional.ofNullable(document.get(name))
        .map(BsonValue::asString)
        .map(BsonString::getValue);
  }

  private static Optional<Boolean> flag(BsonDocument document, String name) {
    return Optional.ofNullable(document.get(name))
        .map(BsonValue::asBoolean)
        .map(BsonBoolean::getValue);
  }
}
