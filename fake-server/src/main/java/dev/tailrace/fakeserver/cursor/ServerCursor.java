package dev.tailrace.fakeserver.cursor;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import dev.tailrace.fakeserver.stream.ChangeStreamCursor;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** One open cursor. Not thread-safe. */
public final class ServerCursor {

  private final long id;
  private final Namespace namespace;
  private final Content content;
  private final Owner owner;

  long lastUsedNanos;
  private boolean inUse;
  private boolean killed;

  /** What a cursor walks over. */
  public sealed interface Content {

    /**
     * The results of a query.
     *
     * @param atClusterTime the time of the snapshot that they are from; null for none
     * @param origin what is still being read; null if the results depend on no collection any more
     */
    record Results(
        ResultIterator results, @Nullable BsonTimestamp atClusterTime, @Nullable Origin origin)
        implements Content {}

    /**
     * The end of a capped collection.
     *
     * @param origin that collection
     */
    record Tail(CappedTail tail, Origin origin) implements Content {}

    /**
     * A change stream.
     *
     * @param stream the place in the oplog
     */
    record ChangeStream(ChangeStreamCursor stream) implements Content {}
  }

  /**
   * A collection that is read while the cursor is open: it has to stay, and to keep its name.
   *
   * @param namespace the name it had when the cursor was opened
   */
  public record Origin(BsonBinary uuid, Namespace namespace) {

    /** The collection as it is now. */
    public static Origin of(StoredCollection collection) {
      return new Origin(collection.uuid(), collection.namespace());
    }

    /**
     * Finds the collection again.
     *
     * @throws CommandFailure 175 if it was dropped or renamed
     */
    public StoredCollection require(State state) {
      StoredCollection collection = state.collection(uuid);
      if (collection == null) {
        throw killed("collection dropped. UUID " + uuid.asUuid());
      }
      if (!collection.namespace().equals(namespace)) {
        throw killed(
            "collection renamed from '%s' to '%s'. UUID %s"
                .formatted(namespace, collection.namespace(), uuid.asUuid()));
      }
      return collection;
    }

    private static CommandFailure killed(String message) {
      return new CommandFailure(ErrorCode.QUERY_PLAN_KILLED, message);
    }
  }

  /**
   * Whose cursor it is.
   *
   * @param sessionId the UUID of the session; null for none
   * @param txnNumber the transaction; null for none
   * @param noTimeout whether it may lie idle for ever
   * @param connection the number of the connection that opened it
   * @param api the fields of the Stable API that it was opened with
   */
  public record Owner(
      @Nullable BsonBinary sessionId,
      @Nullable Long txnNumber,
      boolean noTimeout,
      int connection,
      BsonDocument api) {}

  ServerCursor(long id, Namespace namespace, Content content, Owner owner, long nowNanos) {
    this.id = id;
    this.namespace = namespace;
    this.content = content;
    this.owner = owner;
    lastUsedNanos = nowNanos;
  }

  /** Its id: positive. */
  public long id() {
    return id;
  }

  /** The namespace it was opened on, as replies name it. */
  public Namespace namespace() {
    return namespace;
  }

  /** What it walks over. */
  public Content content() {
    return content;
  }

  /** Whose it is. */
  public Owner owner() {
    return owner;
  }

  /** Whether a getMore on it waits for data. */
  public boolean awaitsData() {
    return isChangeStream()
        || (content instanceof Content.Tail tailed && tailed.tail().awaitsData());
  }

  /** Whether it is a change stream. */
  public boolean isChangeStream() {
    return content instanceof Content.ChangeStream;
  }

  /** Whether a getMore has it at the moment. */
  public boolean inUse() {
    return inUse;
  }

  /** Whether it was killed while a getMore had it. */
  public boolean killed() {
    return killed;
  }

  /** A getMore takes it. */
  public void checkOut() {
    inUse = true;
  }

  /** The getMore is done with it. */
  public void checkIn(long nowNanos) {
    inUse = false;
    lastUsedNanos = nowNanos;
  }

  void kill() {
    killed = true;
  }
}
