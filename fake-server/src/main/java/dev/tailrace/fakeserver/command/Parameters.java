package dev.tailrace.fakeserver.command;

import static java.util.Objects.requireNonNull;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.auth.NewUser;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The server parameters of one process, as {@code getParameter} and {@code setParameter} see them.
 */
public final class Parameters {

  /**
   * What a release without the parameter does, and what it says of sessions' cursors by default.
   */
  private static final String TIMES_OUT_SESSION_CURSORS = "enableTimeoutOfInactiveSessionCursors";

  /** How often a server that is told to look without a pause does so here. */
  private static final long LEAST_SCAN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final TreeMap<String, BsonValue> values = new TreeMap<>();

  Parameters(ServerVersion version) {
    values.put(
        "authenticationMechanisms",
        new BsonArray(
            NewUser.ALL_MECHANISMS.stream()
                .map(mechanism -> new BsonString(mechanism.getName()))
                .toList()));
    values.put("clientCursorMonitorFrequencySecs", new BsonInt32(4));
    values.put("cursorTimeoutMillis", new BsonInt64(600_000));
    values.put("enableTestCommands", BsonBoolean.TRUE);
    values.put("internalQueryExecYieldIterations", new BsonInt32(1000));
    values.put("logComponentVerbosity", new BsonDocument("verbosity", new BsonInt32(0)));
    values.put("logLevel", new BsonInt32(0));
    values.put("maxTransactionLockRequestTimeoutMillis", new BsonInt32(5));
    values.put("notablescan", BsonBoolean.FALSE);
    values.put("periodicNoopIntervalSecs", new BsonInt32(10));
    values.put("quiet", BsonBoolean.FALSE);
    values.put("requireApiVersion", BsonBoolean.FALSE);
    values.put("transactionLifetimeLimitSeconds", new BsonInt32(60));
    values.put("ttlMonitorEnabled", BsonBoolean.TRUE);
    values.put("ttlMonitorSleepSecs", new BsonInt32(60));
    values.put("writePeriodicNoops", BsonBoolean.TRUE);
    values.put("storageEngine", new BsonString("wiredTiger"));
    if (version.atLeast(4, 4, 8)) {
      values.put(TIMES_OUT_SESSION_CURSORS, BsonBoolean.FALSE);
    }
  }

  /** The value of a parameter, or null. */
  @Nullable BsonValue get(String name) {
    return values.get(name);
  }

  /** Gives a parameter a value. */
  void set(String name, BsonValue value) {
    values.put(name, value);
  }

  /** Every parameter by name. */
  BsonDocument all() {
    BsonDocument all = new BsonDocument();
    values.forEach(all::append);
    return all;
  }

  /** How long a cursor may lie idle. */
  public long cursorTimeoutNanos() {
    return TimeUnit.MILLISECONDS.toNanos(number("cursorTimeoutMillis"));
  }

  /** How long it is from one look for idle cursors to the next. */
  public long cursorScanNanos() {
    return Math.max(
        LEAST_SCAN_NANOS, TimeUnit.SECONDS.toNanos(number("clientCursorMonitorFrequencySecs")));
  }

  /** Whether a cursor may lie idle for as long as its session lives. */
  public boolean sparesSessionCursors() {
    return BsonBoolean.FALSE.equals(values.get(TIMES_OUT_SESSION_CURSORS));
  }

  /** How long a transaction that starts now may take. */
  public long transactionLifetimeNanos() {
    return TimeUnit.SECONDS.toNanos(number("transactionLifetimeLimitSeconds"));
  }

  /** How long a transaction waits for a lock; for ever where that is negative. */
  long transactionLockTimeoutMillis() {
    return number("maxTransactionLockRequestTimeoutMillis");
  }

  /** How long it is from one look for transactions that take too long to the next. */
  public long transactionScanNanos() {
    return TimeUnit.SECONDS.toNanos(
        Math.max(1, Math.min(number("transactionLifetimeLimitSeconds") / 2, 60)));
  }

  /** How long nothing is written before an idle primary writes a no-op. */
  public long periodicNoopNanos() {
    return TimeUnit.SECONDS.toNanos(number("periodicNoopIntervalSecs"));
  }

  /** Whether a primary deletes documents whose time is over. */
  public boolean hasTtlMonitor() {
    return !BsonBoolean.FALSE.equals(values.get("ttlMonitorEnabled"));
  }

  /** How long it waits before it looks for them again. */
  public long ttlMonitorSleepSeconds() {
    return number("ttlMonitorSleepSecs");
  }

  private long number(String name) {
    return requireNonNull(values.get(name)).asNumber().longValue();
  }

  /** Whether an idle primary writes a no-op now and then. */
  public boolean writesPeriodicNoops() {
    return BsonBoolean.TRUE.equals(values.get("writePeriodicNoops"));
  }
}
