package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.unified.match.Matcher;
import dev.tailrace.conformance.unified.match.NoEntities;
import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.LogMessage;
import java.util.List;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Holds what a transport told and had to log against what a test in the unified format expects. */
final class TransportExpectations {

  /** All that is left of a server's error that may hold a secret. */
  private static final Pattern REDACTED = Pattern.compile("code \\d+( \\(\\w+\\))?");

  private static final Matcher MATCHER = new Matcher(new NoEntities());

  private TransportExpectations() {}

  /**
   * Checks the events that the client was asked to observe.
   *
   * @param expected one of a test's {@code expectEvents}
   */
  static void checkEvents(PlayedTransport client, BsonArray observed, BsonDocument expected) {
    KnownFields.require(
        "expectEvents", expected, "client", "eventType", "events", "ignoreExtraEvents");
    String type = expected.getString("eventType", new BsonString("command")).getValue();
    if (type.equals("command")) {
      checkCommands(client, observed, expected);
    } else {
      checkTold(type, client, observed, expected);
    }
  }

  private static void checkCommands(
      PlayedTransport client, BsonArray observed, BsonDocument expected) {
    List<CommandEvent> told =
        client.commands().stream()
            .filter(event -> observed.contains(new BsonString(kind(event))))
            .toList();
    BsonArray events = expected.getArray("events");
    assertThat(told).as("expected %s", events).hasSameSizeAs(events);
    for (int i = 0; i < told.size(); i++) {
      BsonDocument event = events.get(i).asDocument();
      assertThat(kind(told.get(i))).isEqualTo(event.getFirstKey());
      BsonDocument actual = document(told.get(i));
      String path = "event " + i + ", ";
      event
          .getDocument(event.getFirstKey())
          .forEach((name, value) -> MATCHER.matchRoot(path + name, value, actual.get(name)));
    }
  }

  /** Checks the events of pools or of the deployment. */
  private static void checkTold(
      String type, PlayedTransport client, BsonArray observed, BsonDocument expected) {
    List<ToldEvent> told =
        client.told().stream()
            .filter(event -> event.type().equals(type))
            .filter(event -> observed.contains(new BsonString(event.name())))
            .toList();
    BsonArray events = expected.getArray("events");
    if (expected.getBoolean("ignoreExtraEvents", BsonBoolean.FALSE).getValue()) {
      assertThat(told).as("expected %s", events).hasSizeGreaterThanOrEqualTo(events.size());
    } else {
      assertThat(told).as("expected %s", events).hasSameSizeAs(events);
    }
    for (int i = 0; i < events.size(); i++) {
      told.get(i).match("event " + i, events.get(i).asDocument());
    }
  }

  /** The event's name as the test format has it. */
  private static String kind(CommandEvent event) {
    return "command" + event.getClass().getSimpleName() + "Event";
  }

  private static BsonDocument document(CommandEvent event) {
    CommandEvent.Context at = event.context();
    BsonDocument document =
        new BsonDocument("commandName", new BsonString(at.commandName()))
            .append("databaseName", new BsonString(at.databaseName()))
            .append(
                "hasServerConnectionId", BsonBoolean.valueOf(at.serverConnectionId().isPresent()))
            .append("hasServiceId", BsonBoolean.valueOf(at.serviceId().isPresent()));
    if (event instanceof CommandEvent.Started started) {
      document.append("command", started.command());
    } else if (event instanceof CommandEvent.Succeeded succeeded) {
      document.append("reply", succeeded.reply());
    }
    return document;
  }

  /**
   * Checks what the client was asked to log.
   *
   * @param expected one of a test's {@code expectLogMessages}
   */
  static void checkMessages(PlayedTransport client, BsonDocument expected) {
    KnownFields.require(
        "expectLogMessages",
        expected,
        "client",
        "messages",
        "ignoreMessages",
        "ignoreExtraMessages");
    BsonArray ignored = expected.getArray("ignoreMessages", new BsonArray());
    List<PlayedTransport.Logged> logged =
        client.logged().stream()
            .filter(message -> ignored.stream().noneMatch(each -> isAs(each, message)))
            .toList();
    BsonArray messages = expected.getArray("messages");
    if (expected.getBoolean("ignoreExtraMessages", BsonBoolean.FALSE).getValue()) {
      assertThat(logged).as("expected %s", messages).hasSizeGreaterThanOrEqualTo(messages.size());
    } else {
      assertThat(logged).as("expected %s", messages).hasSameSizeAs(messages);
    }
    for (int i = 0; i < messages.size(); i++) {
      checkMessage(messages.get(i).asDocument(), logged.get(i), "message " + i);
    }
  }

  private static boolean isAs(BsonValue expected, PlayedTransport.Logged logged) {
    try {
      checkMessage(expected.asDocument(), logged, "a message");
      return true;
    } catch (AssertionError different) {
      return false;
    }
  }

  private static void checkMessage(
      BsonDocument expected, PlayedTransport.Logged logged, String path) {
    KnownFields.require(path, expected, "level", "component", "data", "failureIsRedacted");
    assertThat(logged.message().level())
        .isEqualTo(TransportPlayer.level(expected.getString("level")));
    assertThat(logged.component()).isEqualTo(expected.getString("component").getValue());
    MATCHER.matchRoot(path, expected.getDocument("data"), document(logged.message()));
    if (expected.containsKey("failureIsRedacted")) {
      String failure = String.valueOf(logged.message().fields().get("failure"));
      assertThat(BsonBoolean.valueOf(REDACTED.matcher(failure).matches()))
          .as("whether \"%s\" is redacted", failure)
          .isEqualTo(expected.getBoolean("failureIsRedacted"));
    }
  }

  private static BsonDocument document(LogMessage message) {
    BsonDocument document = new BsonDocument();
    message.fields().forEach((name, value) -> document.append(name, bson(value)));
    return document;
  }

  private static BsonValue bson(Object value) {
    if (value instanceof Long number) {
      return new BsonInt64(number);
    } else if (value instanceof Integer number) {
      return new BsonInt32(number);
    } else if (value instanceof Boolean flag) {
      return BsonBoolean.valueOf(flag);
    }
    return new BsonString((String) value);
  }
}
