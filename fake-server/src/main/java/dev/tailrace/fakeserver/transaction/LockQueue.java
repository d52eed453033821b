package dev.tailrace.fakeserver.transaction;

import dev.tailrace.fakeserver.storage.Namespace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The commands that wait to have collections for themselves, first come first served. Whoever wants
 * one of those collections meanwhile, if only to read it, stands behind them. Not thread-safe.
 */
public final class LockQueue {

  /** What a command wants for itself alone. */
  public static final class Exclusive {

    private final Set<Namespace> names;
    private final @Nullable String db;

    private Exclusive(Set<Namespace> names, @Nullable String db) {
      this.names = names;
      this.db = db;
    }

    /** Some collections. */
    public static Exclusive of(Set<Namespace> names) {
      return new Exclusive(Set.copyOf(names), null);
    }

    /** A whole database. */
    public static Exclusive ofDatabase(String db) {
      return new Exclusive(Set.of(), db);
    }

    boolean covers(Namespace name) {
      return name.db().equals(db) || names.contains(name);
    }

    private boolean meets(Exclusive other) {
      return names.stream().anyMatch(other::covers)
          || other.names.stream().anyMatch(this::covers)
          || (db != null && db.equals(other.db));
    }
  }

  private final List<Exclusive> waiting = new ArrayList<>();
  private long departures;

  /** Stands at the end. */
  public void enter(Exclusive wanted) {
    waiting.add(wanted);
  }

  /** Goes away, whether served or not. */
  public void leave(Exclusive wanted) {
    if (waiting.removeIf(each -> each == wanted)) {
      departures++;
    }
  }

  /** How many have gone away so far. */
  public long departures() {
    return departures;
  }

  /** Whether somebody who was there earlier wants some of the same. */
  public boolean isAheadOf(Exclusive wanted) {
    for (Exclusive earlier : waiting) {
      if (earlier == wanted) {
        return false;
      }
      if (earlier.meets(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** The first of the collections that somebody waits for; null for none. */
  public @Nullable Namespace firstWanted(Collection<Namespace> names) {
    for (Namespace name : names) {
      for (Exclusive each : waiting) {
        if (each.covers(name)) {
          return name;
        }
      }
    }
    return null;
  }
}
