package dev.tailrace.conformance.unified.format;

import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * One step of a test.
 *
 * @param name what is done
 * @param object the name of the entity it is done to, or {@link #TEST_RUNNER}
 * @param arguments how
 * @param ignoreResultAndError whether it does not matter how it ends
 * @param expectError what is said of the error it must end with; empty if it must end well
 * @param expectResult what its result must match; empty for no claim
 * @param saveResultAsEntity the name its result is known by from then on
 */
public record Operation(
    String name,
    String object,
    BsonDocument arguments,
    boolean ignoreResultAndError,
    Optional<BsonDocument> expectError,
    Optional<BsonValue> expectResult,
    Optional<String> saveResultAsEntity) {

  /** The object of the operations that are for the runner itself. */
  public static final String TEST_RUNNER = "testRunner";

  /** A copy for each play: drivers put an {@code _id} into the documents that they insert. */
  @Override
  public BsonDocument arguments() {
    return arguments.clone();
  }
}
