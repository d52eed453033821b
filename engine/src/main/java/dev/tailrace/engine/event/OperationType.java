package dev.tailrace.engine.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.bytes.Elements;

/**
 * What happened, as an event's {@code operationType} says. Equal by name.
 *
 * <p>The list is open: a type that a later server makes up is a value like any other, and is never
 * an error. The constants are those that servers up to 8.2 are known to send. All but the first
 * eight come only to streams that were opened with {@code showExpandedEvents}, from 6.0 on unless
 * said otherwise.
 *
 * @param name the server's word
 * @see <a href="https://www.mongodb.com/docs/manual/reference/change-events/">Change Events</a>
 */
public record OperationType(String name) {

  /** A document came into being. */
  public static final OperationType INSERT = new OperationType("insert");

  /** Fields of a document changed; which, {@link ChangeEvent#updateDescription} says. */
  public static final OperationType UPDATE = new OperationType("update");

  /** A document was replaced by another with the same {@code _id}. */
  public static final OperationType REPLACE = new OperationType("replace");

  /** A document went. */
  public static final OperationType DELETE = new OperationType("delete");

  /** A collection was dropped; with {@code showExpandedEvents} also a view. */
  public static final OperationType DROP = new OperationType("drop");

  /** A collection was renamed, {@link ChangeEvent#to} what. */
  public static final OperationType RENAME = new OperationType("rename");

  /** A database was dropped. Streams over one collection see its own drop instead. */
  public static final OperationType DROP_DATABASE = new OperationType("dropDatabase");

  /**
   * What was watched is gone, and with it the stream. Its token is good for {@code startAfter} and
   * not for {@code resumeAfter}. Streams over the cluster never get it.
   */
  public static final OperationType INVALIDATE = new OperationType("invalidate");

  /** A collection or view was created. */
  public static final OperationType CREATE = new OperationType("create");

  /** Indexes were built. */
  public static final OperationType CREATE_INDEXES = new OperationType("createIndexes");

  /** An index was dropped. */
  public static final OperationType DROP_INDEXES = new OperationType("dropIndexes");

  /** The options of a collection, an index or a view were changed by {@code collMod}. */
  public static final OperationType MODIFY = new OperationType("modify");

  /** A collection was sharded. */
  public static final OperationType SHARD_COLLECTION = new OperationType("shardCollection");

  /** A shard key got more fields. From 6.1. */
  public static final OperationType REFINE_COLLECTION_SHARD_KEY =
      new OperationType("refineCollectionShardKey");

  /** A collection got another shard key. From 6.1. */
  public static final OperationType RESHARD_COLLECTION = new OperationType("reshardCollection");

  /** An index build began. From 8.0, and only with {@code showSystemEvents}. */
  public static final OperationType START_INDEX_BUILD = new OperationType("startIndexBuild");

  /** An index build was given up. From 8.0, and only with {@code showSystemEvents}. */
  public static final OperationType ABORT_INDEX_BUILD = new OperationType("abortIndexBuild");

  /** No more events of this transaction come. From 7.1, where the server is set up to say so. */
  public static final OperationType END_OF_TRANSACTION = new OperationType("endOfTransaction");

  /** The frequent ones first: they are looked for in this order. */
  private static final OperationType[] KNOWN = {
    INSERT,
    UPDATE,
    REPLACE,
    DELETE,
    DROP,
    RENAME,
    DROP_DATABASE,
    INVALIDATE,
    CREATE,
    CREATE_INDEXES,
    DROP_INDEXES,
    MODIFY,
    SHARD_COLLECTION,
    REFINE_COLLECTION_SHARD_KEY,
    RESHARD_COLLECTION,
    START_INDEX_BUILD,
    ABORT_INDEX_BUILD,
    END_OF_TRANSACTION,
  };

  public OperationType {
    requireNonNull(name, "name");
  }

  /** The type that the current element names: for a known one its constant, and nothing is made. */
  static OperationType of(Elements element) {
    for (OperationType known : KNOWN) {
      if (element.isString(known.name)) {
        return known;
      }
    }
    return new OperationType(element.string());
  }

  /** The server's word. */
  @Override
  public String toString() {
    return name;
  }
}
