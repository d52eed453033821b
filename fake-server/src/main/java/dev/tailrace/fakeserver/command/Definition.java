package dev.tailrace.fakeserver.command;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A command and what holds for it.
 *
 * @param name its name, as messages spell it
 * @param command what it does
 * @param traits what the dispatcher has to know of it
 */
record Definition(String name, Command command, Set<Trait> traits) {

  /** What the dispatcher has to know of a command. */
  enum Trait {
    /** Runs on the database {@code admin} only. */
    ADMIN_ONLY,
    /** Runs on a primary only. */
    PRIMARY_ONLY,
    /** Runs on a secondary if the client says that it may. */
    SECONDARY_IF_ASKED,
    /** Writes, and takes a write concern. */
    WRITE_CONCERN,
    /** Takes a read concern. */
    READ_CONCERN,
    /** May carry a {@code txnNumber} outside of a transaction. */
    RETRYABLE_WRITE,
    /** Runs for whoever asks, also where clients have to authenticate. */
    FOR_ANYBODY
  }

  static Definition of(String name, Command command, Trait... traits) {
    Set<Trait> set = EnumSet.noneOf(Trait.class);
    set.addAll(List.of(traits));
    return new Definition(name, command, set);
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }
}
