package dev.tailrace.wire.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What each pool of a transport goes by: the options of the connection string that have these names
 * (connection monitoring and pooling specification, "Connection Pool Options").
 *
 * @param maxPoolSize option maxPoolSize: how many connections for operations a server may have, 0
 *     for no limit. Beyond it there may be one more, for {@code killCursors} and {@code
 *     endSessions}, which must not wait for the streams that they free
 * @param minPoolSize option minPoolSize: how many there are kept, without anybody asking
 * @param maxIdleTime option maxIdleTimeMS: how long a connection stays that nobody uses; zero for
 *     no limit
 * @param maxConnecting option maxConnecting: how many may be in the making at a time
 * @param waitQueueTimeout option waitQueueTimeoutMS: how long a request waits for a connection
 *     before it fails, without the time for making one; zero for no limit
 */
public record PoolOptions(
    int maxPoolSize,
    int minPoolSize,
    Duration maxIdleTime,
    int maxConnecting,
    Duration waitQueueTimeout) {

  public PoolOptions {
    requireNonNull(maxIdleTime, "maxIdleTime");
    requireNonNull(waitQueueTimeout, "waitQueueTimeout");
    if (maxPoolSize < 0
        || minPoolSize < 0
        || (maxPoolSize > 0 && minPoolSize > maxPoolSize)
        || maxIdleTime.isNegative()
        || maxConnecting < 1
        || waitQueueTimeout.isNegative()) {
      throw new IllegalArgumentException(
          ("pool options: expected minPoolSize from 0 to maxPoolSize, times that are not negative"
                  + " and maxConnecting of 1 or more, found minPoolSize %d, maxPoolSize %d,"
                  + " maxIdleTime %s, maxConnecting %d, waitQueueTimeout %s")
              .formatted(minPoolSize, maxPoolSize, maxIdleTime, maxConnecting, waitQueueTimeout));
    }
  }
}
