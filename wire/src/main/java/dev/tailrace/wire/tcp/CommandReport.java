package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.CommandEvent.Context;
import dev.tailrace.wire.event.Redaction;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Tells of one command: that it starts, and once how it ends. Made only where somebody listens. */
final class CommandReport {

  private final Announcer announcer;
  private final Context context;
  private final boolean sensitive;
  private final long startNanos;

  private CommandReport(Announcer announcer, Context context, boolean sensitive) {
    this.announcer = announcer;
    this.context = context;
    this.sensitive = sensitive;
    this.startNanos = System.nanoTime();
  }

  /**
   * Tells that a command is about to be sent.
   *
   * @param command as it is sent
   */
  static CommandReport start(
      Request request,
      BsonDocument command,
      int requestId,
      Connection connection,
      Announcer announcer) {
    Context context =
        new Context(
            request.commandName(),
            request.database(),
            requestId,
            connection.address(),
            connection.id(),
            connection.serverConnectionId(),
            Optional.ofNullable(connection.serviceId()));
    boolean sensitive = Redaction.isSensitive(command);
    announcer.command(new CommandEvent.Started(context, sensitive ? new BsonDocument() : command));
    return new CommandReport(announcer, context, sensitive);
  }

  /**
   * Tells how it ended.
   *
   * @param outcome empty if it was given up
   * @param ok whether the outcome, if it is a reply, says yes
   */
  void end(Optional<Outcome> outcome, boolean ok) {
    long nanos = System.nanoTime() - startNanos;
    CommandEvent event;
    try {
      event = outcome.map(known -> event(known, ok, nanos)).orElseGet(() -> givenUp(nanos));
    } catch (RuntimeException e) { // Of a reply only the outside is known to be well-formed.
      event = new CommandEvent.Failed(context, nanos, "a reply that cannot be read: " + e, e);
    }
    announcer.command(event);
  }

  private CommandEvent event(Outcome outcome, boolean ok, long nanos) {
    if (outcome instanceof Outcome.Failed failed) {
      return new CommandEvent.Failed(context, nanos, failed.message(), failed.cause());
    }
    RawBsonDocument reply = ((Outcome.Replied) outcome).reply().asDocument();
    return ok
        ? new CommandEvent.Succeeded(context, nanos, sensitive ? new BsonDocument() : reply)
        : new CommandEvent.Failed(context, nanos, refusal(reply), null);
  }

  private CommandEvent givenUp(long nanos) {
    return new CommandEvent.Failed(context, nanos, "given up", null);
  }

  private String refusal(BsonDocument reply) {
    String code = "code " + text(reply.get("code", new BsonInt32(0)));
    String name = reply.containsKey("codeName") ? " (" + text(reply.get("codeName")) + ")" : "";
    return sensitive ? code + name : code + name + ": " + text(reply.get("errmsg"));
  }

  /** What a server has to say may be anything. */
  private static String text(@Nullable BsonValue value) {
    if (value == null) {
      return "";
    }
    if (value.isString()) {
      return value.asString().getValue();
    }
    return value.isNumber() ? String.valueOf(value.asNumber().intValue()) : value.toString();
  }
}
