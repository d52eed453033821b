package dev.tailrace.wire.event;

import dev.tailrace.wire.event.CommandEvent.Context;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailed;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutStarted;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.event.ConnectionPoolEvent.CloseReason;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionReady;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCleared;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolReady;
import dev.tailrace.wire.topology.ServerAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.json.JsonWriterSettings;

/**
 * What there is to log of an event of a command or a pool, twice: as a sentence, and as values by
 * the names that the logging specifications give them (command logging and monitoring, "Log
 * Messages"; connection monitoring and pooling, "Connection Pool Logging"). The transport logs the
 * sentences; a listener that logs for machines finds here what to log. Events hold no secrets, so
 * messages hold none. All of them are of level debug.
 *
 * @param text the sentence
 * @param fields strings, numbers and truth values, {@code message} first. Documents are relaxed
 *     Extended JSON; they and failures are cut behind 1,000 characters, unless said otherwise
 */
public record LogMessage(String text, Map<String, Object> fields) {

  private static final int MAX_DOCUMENT_LENGTH = 1000;

  /** As {@link JsonWriterSettings} has it. */
  private static final int UNLIMITED = 0;

  public LogMessage {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** What there is to log of a command. */
  public static LogMessage of(CommandEvent event) {
    return of(event, MAX_DOCUMENT_LENGTH);
  }

  /**
   * What there is to log of a command.
   *
   * @param maxDocumentLength behind how many characters documents and failures are cut (logging
   *     specification, "Configurable Max Document Length"); at least 1
   * @throws IllegalArgumentException if it is less
   */
  public static LogMessage of(CommandEvent event, int maxDocumentLength) {
    if (maxDocumentLength < 1) {
      throw new IllegalArgumentException(
          "maxDocumentLength: expected 1 or more, found " + maxDocumentLength);
    }
    if (event instanceof CommandEvent.Started started) {
      String command = text(started.command(), maxDocumentLength);
      return new Draft("Command started", event.context())
          .with("command", command)
          .saying(sentence("started", event.context(), "Command: " + command));
    }
    if (event instanceof CommandEvent.Succeeded succeeded) {
      String reply = text(succeeded.reply(), maxDocumentLength);
      long millis = millis(succeeded.durationNanos());
      return new Draft("Command succeeded", event.context())
          .with("durationMS", millis)
          .with("reply", reply)
          .saying(
              sentence(
                  "succeeded in " + millis + " ms", event.context(), "Command reply: " + reply));
    }
    CommandEvent.Failed failed = (CommandEvent.Failed) event;
    String failure = truncated(failed.failure(), maxDocumentLength);
    long millis = millis(failed.durationNanos());
    return new Draft("Command failed", event.context())
        .with("durationMS", millis)
        .with("failure", failure)
        .saying(sentence("failed in " + millis + " ms", event.context(), "Error: " + failure));
  }

  private static String sentence(String what, Context at, String rest) {
    return "Command \"%s\" %s on database \"%s\" using a connection with %sdriver-generated ID %d to %s%s. The requestID is %d. %s"
        .formatted(
            at.commandName(),
            what,
            at.databaseName(),
            at.serverConnectionId().isPresent()
                ? "server-generated ID " + at.serverConnectionId().getAsLong() + " and "
                : "",
            at.connectionId(),
            at.address(),
            at.serviceId().map(id -> " with service ID " + id).orElse(""),
            at.requestId(),
            rest);
  }

  /** What there is to log of a pool. */
  public static LogMessage of(ConnectionPoolEvent event) {
    ServerAddress at = event.address();
    if (event instanceof PoolCreated created) {
      return new Draft("Connection pool created", at)
          .with(created.options())
          .saying(
              "Connection pool created for " + at + " using options " + text(created.options()));
    } else if (event instanceof PoolReady) {
      return new Draft("Connection pool ready", at).saying("Connection pool ready for " + at);
    } else if (event instanceof PoolCleared cleared) {
      return cleared(cleared);
    } else if (event instanceof PoolClosed) {
      return new Draft("Connection pool closed", at).saying("Connection pool closed for " + at);
    } else if (event instanceof CheckOutStarted) {
      return new Draft("Connection checkout started", at)
          .saying("Checkout started for connection to " + at);
    } else if (event instanceof CheckOutFailed failed) {
      long millis = millis(failed.durationNanos());
      return new Draft("Connection checkout failed", at)
          .with("reason", text(failed.reason()))
          .with("durationMS", millis)
          .saying(
              "Checkout failed for connection to %s. Reason: %s. Duration: %d ms"
                  .formatted(at, text(failed.reason()), millis));
    }
    return ofConnection(event);
  }

  private static LogMessage cleared(PoolCleared cleared) {
    Draft draft = new Draft("Connection pool cleared", cleared.address());
    cleared.serviceId().ifPresent(id -> draft.with("serviceId", id.toHexString()));
    return draft
        .with("interruptInUseConnections", cleared.interruptInUseConnections())
        .saying(
            "Connection pool for %s cleared%s%s"
                .formatted(
                    cleared.address(),
                    cleared.serviceId().map(id -> " for serviceId " + id).orElse(""),
                    cleared.interruptInUseConnections() ? ", with the connections in use" : ""));
  }

  private static LogMessage ofConnection(ConnectionPoolEvent event) {
    ServerAddress at = event.address();
    if (event instanceof ConnectionCreated created) {
      return new Draft("Connection created", at, created.connectionId())
          .saying(connection(at, created.connectionId()) + " created");
    } else if (event instanceof ConnectionReady ready) {
      long millis = millis(ready.durationNanos());
      return new Draft("Connection ready", at, ready.connectionId())
          .with("durationMS", millis)
          .saying(
              connection(at, ready.connectionId()) + " ready, established in " + millis + " ms");
    } else if (event instanceof ConnectionClosed closed) {
      return new Draft("Connection closed", at, closed.connectionId())
          .with("reason", text(closed.reason()))
          .saying(
              connection(at, closed.connectionId()) + " closed. Reason: " + text(closed.reason()));
    } else if (event instanceof CheckedOut checkedOut) {
      long millis = millis(checkedOut.durationNanos());
      return new Draft("Connection checked out", at, checkedOut.connectionId())
          .with("durationMS", millis)
          .saying(
              connection(at, checkedOut.connectionId())
                  + " checked out. Duration: "
                  + millis
                  + " ms");
    }
    long connectionId = ((CheckedIn) event).connectionId();
    return new Draft("Connection checked in", at, connectionId)
        .saying(connection(at, connectionId) + " checked in");
  }

  private static String connection(ServerAddress at, long connectionId) {
    return "Connection to " + at + " with driver-generated ID " + connectionId;
  }

  /** A message in the making. */
  private static final class Draft {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    Draft(String message, Context at) {
      with("message", message);
      with("commandName", at.commandName());
      with("databaseName", at.databaseName());
      with("requestId", at.requestId());
      with("driverConnectionId", at.connectionId());
      with(at.address());
      at.serverConnectionId().ifPresent(id -> with("serverConnectionId", id));
      at.serviceId().ifPresent(id -> with("serviceId", id.toHexString()));
    }

    Draft(String message, ServerAddress at) {
      with("message", message);
      with(at);
    }

    Draft(String message, ServerAddress at, long connectionId) {
      this(message, at);
      with("driverConnectionId", connectionId);
    }

    Draft with(String name, Object value) {
      fields.put(name, value);
      return this;
    }

    private void with(ServerAddress address) {
      with("serverHost", address.host());
      with("serverPort", address.port());
    }

    Draft with(PoolOptions options) {
      return with("maxIdleTimeMS", options.maxIdleTime().toMillis())
          .with("minPoolSize", options.minPoolSize())
          .with("maxPoolSize", options.maxPoolSize())
          .with("maxConnecting", options.maxConnecting())
          .with("waitQueueTimeoutMS", options.waitQueueTimeout().toMillis());
    }

    LogMessage saying(String sentence) {
      return new LogMessage(sentence, fields);
    }
  }

  private static String text(CloseReason reason) {
    return switch (reason) {
      case STALE -> "Connection became stale because the pool was cleared";
      case IDLE ->
          "Connection has been available but unused for longer than the configured max idle time";
      case ERROR -> "An error occurred while using the connection";
      case POOL_CLOSED -> "Connection pool was closed";
    };
  }

  private static String text(CheckOutFailure reason) {
    return switch (reason) {
      case TIMEOUT -> "Wait queue timeout elapsed without a connection becoming available";
      case CONNECTION_ERROR -> "An error occurred while trying to establish a new connection";
      case POOL_CLOSED -> "Connection pool was closed";
      case GIVEN_UP -> "Nobody waits for the connection any more";
    };
  }

  private static String text(PoolOptions options) {
    return "maxIdleTimeMS=%d, minPoolSize=%d, maxPoolSize=%d, maxConnecting=%d, waitQueueTimeoutMS=%d"
        .formatted(
            options.maxIdleTime().toMillis(),
            options.minPoolSize(),
            options.maxPoolSize(),
            options.maxConnecting(),
            options.waitQueueTimeout().toMillis());
  }

  /** A reply may have megabytes: one character more than is kept, to see that there are more. */
  private static String text(BsonDocument document, int maxLength) {
    int enough = maxLength == Integer.MAX_VALUE ? UNLIMITED : maxLength + 1;
    return truncated(
        document.toJson(JsonWriterSettings.builder().maxLength(enough).build()), maxLength);
  }

  /** Counted in code points: no character is cut in two (logging specification). */
  private static String truncated(String text, int maxLength) {
    return text.codePointCount(0, text.length()) <= maxLength
        ? text
        : text.substring(0, text.offsetByCodePoints(0, maxLength)) + "...";
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
