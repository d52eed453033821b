package dev.tailrace.conformance.support;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import java.util.concurrent.TimeUnit;

/** Settings of the official driver for tests. */
public final class DriverSettings {

  /** How soon a client looks again for a server that it has lost: tests lose many. */
  private static final int HEARTBEAT_MILLIS = 500;

  private static final int LEAST_HEARTBEAT_MILLIS = 50;

  private DriverSettings() {}

  /** Settings by which servers are looked for more often than usual, if the uri allows it. */
  public static MongoClientSettings.Builder of(String uri) {
    return MongoClientSettings.builder()
        .applyToServerSettings(
            each ->
                each.heartbeatFrequency(HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS)
                    .minHeartbeatFrequency(LEAST_HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS))
        .applyConnectionString(new ConnectionString(uri));
  }
}
