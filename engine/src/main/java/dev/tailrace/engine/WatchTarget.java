package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

/** What a change stream watches. Nothing watched need exist yet. */
public sealed interface WatchTarget {

  /** Every collection of every database, but the server's own. */
  static WatchTarget cluster() {
    return new Cluster();
  }

  /** Every collection of one database. */
  static WatchTarget database(String database) {
    return new Database(database);
  }

  /** One collection, by name. */
  static WatchTarget collection(String database, String collection) {
    return new Collection(database, collection);
  }

  /** Every collection of every database, but the server's own. */
  record Cluster() implements WatchTarget {
    @Override
    public String toString() {
      return "the cluster";
    }
  }

  /**
   * Every collection of one database.
   *
   * @param database the database's name
   */
  record Database(String database) implements WatchTarget {
    public Database {
      requireNonNull(database, "database");
    }

    @Override
    public String toString() {
      return "database " + database;
    }
  }

  /**
   * One collection, by name: the stream sees it also when it is created later.
   *
   * @param database the database's name
   * @param collection the collection's name
   */
  record Collection(String database, String collection) implements WatchTarget {
    public Collection {
      requireNonNull(database, "database");
      requireNonNull(collection, "collection");
    }

    @Override
    public String toString() {
      return "collection " + database + "." + collection;
    }
  }
}
