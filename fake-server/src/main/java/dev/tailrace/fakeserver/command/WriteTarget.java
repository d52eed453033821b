package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.List;
import org.bson.BsonValue;

/** Where the writes of a command go: into the history at once, or into a transaction. */
public interface WriteTarget {

  /** The catalog as the command's writes have left it so far. */
  State state();

  /**
   * Writes changes that happened together.
   *
   * @param changes in order, at least one
   * @param after the catalog that they made out of {@link #state}
   */
  void write(List<Change> changes, State after);

  /** Writes one change. */
  default void write(Change change, State after) {
    write(List.of(change), after);
  }

  /**
   * Says which document the next write is for.
   *
   * @throws CommandFailure 112 if a transaction has it for itself
   */
  void touch(StoredCollection collection, BsonValue id);

  /** Remembers something that is no change and is not replicated. */
  void remember(State after);
}
