package dev.tailrace.conformance.support;

import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Transport;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * A transport that tells an {@link EventLog} what goes through it, in the words of the driver's
 * command monitoring. What a request is told as is what the engine composed, {@code $db}, and the
 * {@code maxTimeMS} that its time limit comes to now.
 */
public final class ObservedTransport extends ForwardingTransport {

  private final EventLog log;

  public ObservedTransport(Transport transport, EventLog log) {
    super(transport);
    this.log = log;
  }

  @Override
  public Exchange send(Request request, Consumer<Outcome> handler) {
    String database = request.database();
    String name = request.commandName();
    BsonDocument command = request.command().clone().append("$db", new BsonString(database));
    request
        .timeLimit()
        .map(limit -> limit.maxTimeMillis(timers().nanoTime(), /* roundTripNanos= */ 0))
        .orElse(OptionalLong.empty())
        .ifPresent(millis -> command.append("maxTimeMS", new BsonInt64(millis)));
    log.started(database, name, command);
    return super.send(
        request,
        outcome -> {
          if (outcome instanceof Outcome.Replied replied && isOk(replied)) {
            log.succeeded(database, name, replied.reply().asDocument());
          } else {
            log.failed(database, name);
          }
          handler.accept(outcome);
        });
  }

  private static boolean isOk(Outcome.Replied replied) {
    return replied.reply().asDocument().getNumber("ok").intValue() == 1;
  }
}
