package dev.tailrace.fakeserver.storage;

import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * What the newest retryable write of a session did, statement by statement; replicated with the
 * data, as the server keeps it in {@code config.transactions} and the oplog. Immutable.
 */
public final class RetryRecord {

  private final long txnNumber;

  /** Results by statement id, each in a form that the command chose. */
  private final HashPMap<Integer, BsonDocument> results;

  /** A result that the statements of a range have, as the many documents of an insert do. */
  private final @Nullable Run run;

  private record Run(int first, int count, BsonDocument result) {
    boolean has(int statementId) {
      return Integer.compareUnsigned(statementId - first, count) < 0;
    }
  }

  private RetryRecord(long txnNumber, HashPMap<Integer, BsonDocument> results, @Nullable Run run) {
    this.txnNumber = txnNumber;
    this.results = results;
    this.run = run;
  }

  /** A write of which nothing was done yet. */
  public static RetryRecord begun(long txnNumber) {
    return new RetryRecord(txnNumber, HashTreePMap.empty(), null);
  }

  /** The number of that write. */
  public long txnNumber() {
    return txnNumber;
  }

  /** The result of a statement that was done, or null. */
  public @Nullable BsonDocument result(int statementId) {
    return run != null && run.has(statementId) ? run.result() : results.get(statementId);
  }

  /** How many of {@code count} statements were done, from one on. */
  public long countDone(int firstStatementId, int count) {
    return isEmpty()
        ? 0
        : IntStream.range(0, count).filter(i -> result(firstStatementId + i) != null).count();
  }

  private boolean isEmpty() {
    return run == null && results.isEmpty();
  }

  /** The record with one statement more. */
  public RetryRecord with(int statementId, BsonDocument result) {
    return new RetryRecord(txnNumber, results.plus(statementId, result), run);
  }

  /** The record with {@code count} statements more, from one on, which have the same result. */
  public RetryRecord with(int firstStatementId, int count, BsonDocument result) {
    if (run == null) {
      return new RetryRecord(txnNumber, results, new Run(firstStatementId, count, result));
    }
    RetryRecord record = this;
    for (int i = 0; i < count; i++) {
      record = record.with(firstStatementId + i, result);
    }
    return record;
  }
}
