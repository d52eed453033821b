package dev.tailrace.wire.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.wire.topology.ServerAddress;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * A command was sent, or is over (command monitoring specification). Each one that was {@link
 * Started} is {@link Succeeded} or {@link Failed} later. Handshakes, authentication and checks of
 * servers are no commands in this sense. The specification's {@code operationId} is left out: no
 * operation here has more than one command.
 *
 * <p>Documents are the bytes that were sent or received, where they lie. They may be read at any
 * time and never changed; but a listener that keeps an event keeps all of a message in memory. Of
 * commands that may hold secrets ({@link Redaction}) both command and reply are empty documents.
 */
public sealed interface CommandEvent {

  /** Which command it is, and where it runs. */
  Context context();

  /**
   * Which command it is, and where it runs: equal for all events of one command.
   *
   * @param commandName its name
   * @param databaseName the database it runs on
   * @param requestId of the message that it was sent in; unique for four billion messages
   * @param address the server
   * @param connectionId the connection's number in its pool, see {@link ConnectionPoolEvent}
   * @param serverConnectionId the number that the server has for the connection, and writes in its
   *     log; empty where it does not tell
   * @param serviceId the service behind the load balancer; empty where there is none
   */
  record Context(
      String commandName,
      String databaseName,
      int requestId,
      ServerAddress address,
      long connectionId,
      OptionalLong serverConnectionId,
      Optional<ObjectId> serviceId) {

    public Context {
      requireNonNull(commandName, "commandName");
      requireNonNull(databaseName, "databaseName");
      requireNonNull(address, "address");
      requireNonNull(serverConnectionId, "serverConnectionId");
      requireNonNull(serviceId, "serviceId");
    }
  }

  /**
   * A command is about to be sent.
   *
   * @param command as it is sent, with {@code $db}
   */
  record Started(Context context, BsonDocument command) implements CommandEvent {
    public Started {
      requireNonNull(context, "context");
      requireNonNull(command, "command");
    }
  }

  /**
   * A command was answered, with {@code ok: 1}.
   *
   * @param durationNanos since it was started
   */
  record Succeeded(Context context, long durationNanos, BsonDocument reply)
      implements CommandEvent {
    public Succeeded {
      requireNonNull(context, "context");
      requireNonNull(reply, "reply");
    }
  }

  /**
   * A command was refused, or there is no answer.
   *
   * @param durationNanos since it was started
   * @param failure what happened, for people; of a command that may hold secrets only the server's
   *     code
   * @param cause the failure underneath; null where the server refused, or the command was given up
   */
  record Failed(Context context, long durationNanos, String failure, @Nullable Throwable cause)
      implements CommandEvent {
    public Failed {
      requireNonNull(context, "context");
      requireNonNull(failure, "failure");
    }
  }
}
