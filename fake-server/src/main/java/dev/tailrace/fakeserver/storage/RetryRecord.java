package dev.tailrace.fakeserver.storage;

import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * What the newest retryable write of a session did, statement by statement; replicated with the
 * data, as the server keeps it in {@code config.transactions} and the oplog. Immutable.
 *
 * @param txnNumber the number of that write
 * @param statements results by statement id, each in a form that the command chose
 */
public record RetryRecord(long txnNumber, HashPMap<Integer, BsonDocument> statements) {

  /** A write of which nothing was done yet. */
  public static RetryRecord begun(long txnNumber) {
    return new RetryRecord(txnNumber, HashTreePMap.empty());
  }

  /** The result of a statement that was done, or null. */
  public @Nullable BsonDocument result(int statementId) {
    return statements.get(statementId);
  }

  /** The record with one statement more. */
  public RetryRecord with(int statementId, BsonDocument result) {
    return new RetryRecord(txnNumber, statements.plus(statementId, result));
  }
}
