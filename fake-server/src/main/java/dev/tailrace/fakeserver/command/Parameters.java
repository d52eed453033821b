package dev.tailrace.fakeserver.command;

import java.util.TreeMap;
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

  private final TreeMap<String, BsonValue> values = new TreeMap<>();

  Parameters() {
    values.put("authenticationMechanisms", new BsonArray());
    values.put("cursorTimeoutMillis", new BsonInt64(600_000));
    values.put("enableTestCommands", BsonBoolean.TRUE);
    values.put("internalQueryExecYieldIterations", new BsonInt32(1000));
    values.put("logComponentVerbosity", new BsonDocument("verbosity", new BsonInt32(0)));
    values.put("logLevel", new BsonInt32(0));
    values.put("notablescan", BsonBoolean.FALSE);
    values.put("periodicNoopIntervalSecs", new BsonInt32(10));
    values.put("quiet", BsonBoolean.FALSE);
    values.put("requireApiVersion", BsonBoolean.FALSE);
    values.put("transactionLifetimeLimitSeconds", new BsonInt32(60));
    values.put("ttlMonitorEnabled", BsonBoolean.TRUE);
    values.put("ttlMonitorSleepSecs", new BsonInt32(60));
    values.put("writePeriodicNoops", BsonBoolean.TRUE);
    values.put("storageEngine", new BsonString("wiredTiger"));
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

  /** Whether an idle primary writes a no-op now and then. */
  public boolean writesPeriodicNoops() {
    return BsonBoolean.TRUE.equals(values.get("writePeriodicNoops"));
  }
}
