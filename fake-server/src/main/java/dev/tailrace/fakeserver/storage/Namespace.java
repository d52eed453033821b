package dev.tailrace.fakeserver.storage;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.Optional;

/**
 * The full name of a collection or view; ordered by database, then by collection.
 *
 * @param db the database
 * @param collection the rest, which may have dots in it
 */
public record Namespace(String db, String collection) implements Comparable<Namespace> {

  private static final Comparator<Namespace> ORDER =
      Comparator.comparing(Namespace::db).thenComparing(Namespace::collection);

  public Namespace {
    requireNonNull(db, "db");
    requireNonNull(collection, "collection");
  }

  /** Splits {@code db.coll} at its first dot; empty where either part would be empty. */
  public static Optional<Namespace> parse(String fullName) {
    int dot = fullName.indexOf('.');
    return dot <= 0 || dot == fullName.length() - 1
        ? Optional.empty()
        : Optional.of(new Namespace(fullName.substring(0, dot), fullName.substring(dot + 1)));
  }

  /** Whether this is one of the server's own collections, {@code system.*}. */
  public boolean isSystem() {
    return collection.startsWith("system.");
  }

  @Override
  public int compareTo(Namespace other) {
    return ORDER.compare(this, other);
  }

  /** The name as messages print it. */
  @Override
  public String toString() {
    return db + "." + collection;
  }
}
