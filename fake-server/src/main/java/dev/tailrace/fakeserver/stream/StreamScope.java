package dev.tailrace.fakeserver.stream;

import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import java.util.Set;

/** What a change stream watches, and which changes it therefore sees. */
public sealed interface StreamScope {

  /** Databases of the server's own, which no stream shows. */
  Set<String> INTERNAL_DATABASES = Set.of("admin", "config", "local");

  /** Which of the server's own collections are shown among many: with their data or code. */
  enum SystemCollections {
    NONE,
    WITHOUT_VIEWS,
    WITH_VIEWS;

    private boolean has(String name) {
      return switch (this) {
        case NONE -> false;
        case WITHOUT_VIEWS -> holdsData(name);
        case WITH_VIEWS -> holdsData(name) || name.equals("system.views");
      };
    }

    private static boolean holdsData(String name) {
      return name.equals("system.js")
          || name.startsWith("system.buckets.")
          || name.startsWith("system.resharding.");
    }
  }

  /** One collection, by name. */
  record OfCollection(Namespace namespace) implements StreamScope {
    @Override
    public boolean covers(Namespace other) {
      return namespace.equals(other);
    }

    @Override
    public boolean seesViews() {
      return false;
    }

    @Override
    public boolean seesDropOf(String db) {
      return false; // The collection's own drop says it all.
    }

    @Override
    public boolean isInvalidatedBy(Change change) {
      return change instanceof Change.Drop || change instanceof Change.Rename;
    }

    @Override
    public Namespace cursorNamespace() {
      return namespace;
    }
  }

  /**
   * Every collection of one database.
   *
   * @param shown which of the server's own are among them
   */
  record OfDatabase(String db, SystemCollections shown) implements StreamScope {
    @Override
    public boolean covers(Namespace other) {
      return db.equals(other.db()) && isShown(other, shown);
    }

    @Override
    public boolean seesViews() {
      return true;
    }

    @Override
    public boolean seesDropOf(String dropped) {
      return db.equals(dropped);
    }

    @Override
    public boolean isInvalidatedBy(Change change) {
      return change instanceof Change.DropDatabase;
    }

    @Override
    public Namespace cursorNamespace() {
      return new Namespace(db, "$cmd.aggregate");
    }
  }

  /**
   * Every collection of every database but the server's own.
   *
   * @param shown which collections of the server's own are among them
   */
  record OfCluster(SystemCollections shown) implements StreamScope {
    @Override
    public boolean covers(Namespace other) {
      return !INTERNAL_DATABASES.contains(other.db()) && isShown(other, shown);
    }

    @Override
    public boolean seesViews() {
      return true;
    }

    @Override
    public boolean seesDropOf(String db) {
      return !INTERNAL_DATABASES.contains(db);
    }

    @Override
    public boolean isInvalidatedBy(Change change) {
      return false;
    }

    @Override
    public Namespace cursorNamespace() {
      return new Namespace("admin", "$cmd.aggregate");
    }
  }

  /** Whether changes of that collection are seen. */
  boolean covers(Namespace namespace);

  /** Whether changes of views can be seen. */
  boolean seesViews();

  /** Whether the drop of that database is seen. */
  boolean seesDropOf(String db);

  /** Whether the stream ends after that change, which it sees. */
  boolean isInvalidatedBy(Change change);

  /** The {@code ns} of the stream's cursor. */
  Namespace cursorNamespace();

  /**
   * Whether the stream sees the change at all.
   *
   * @param expanded whether {@code showExpandedEvents} is on
   */
  default boolean sees(Change change, boolean expanded) {
    if (change instanceof Change.Rename rename) {
      return covers(rename.namespace()) || covers(rename.to());
    }
    if (change instanceof Change.Insert
        || change instanceof Change.Update
        || change instanceof Change.Replace
        || change instanceof Change.Delete
        || change instanceof Change.Drop) {
      return covers(((Change.OnCollection) change).namespace());
    }
    if (change instanceof Change.DropDatabase dropped) {
      return seesDropOf(dropped.db());
    }
    if (change instanceof Change.ViewChange view) {
      return expanded && seesViews() && covers(view.namespace());
    }
    return expanded
        && change instanceof Change.OnCollection onCollection
        && covers(onCollection.namespace());
  }

  private static boolean isShown(Namespace namespace, SystemCollections shown) {
    return namespace.isSystem()
        ? shown.has(namespace.collection())
        : !namespace.collection().startsWith("$");
  }
}
