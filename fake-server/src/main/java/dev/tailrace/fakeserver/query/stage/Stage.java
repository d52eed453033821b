package dev.tailrace.fakeserver.query.stage;

import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.BsonDocument;

/** One stage of a pipeline. Immutable; each run keeps its own state. */
public abstract class Stage {

  /** The name of the stage with its dollar, as the server's messages have it. */
  public abstract String name();

  /**
   * Runs the stage.
   *
   * @throws dev.tailrace.fakeserver.error.CommandFailure here or from the iterator, if the server
   *     would fail
   */
  public abstract Iterator<BsonDocument> run(Iterator<BsonDocument> input);

  /**
   * The same stage with its constant expressions computed.
   *
   * @throws dev.tailrace.fakeserver.error.CommandFailure if one of them fails
   */
  public Stage optimized() {
    return this;
  }

  /**
   * A way to report the paths of the document that the stage looks at, if it lets the document
   * through as it is; else nothing.
   */
  Optional<Consumer<Consumer<String>>> pathsOfUnchanged() {
    return Optional.empty();
  }

  /** Whether some expression asks for the score of a text search. */
  boolean needsTextScore() {
    return false;
  }
}
