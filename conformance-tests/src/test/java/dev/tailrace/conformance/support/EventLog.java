package dev.tailrace.conformance.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * What one client has told about its work, in the order it was told. Thread-safe.
 *
 * <p>Kept is what the test observes: the event types it names, without the commands it ignores, and
 * without commands that hold secrets unless it wants those too.
 */
public final class EventLog {

  /** Commands whose events are redacted (command logging and monitoring specification). */
  private static final Set<String> SENSITIVE =
      Set.of(
          "authenticate",
          "saslStart",
          "saslContinue",
          "getnonce",
          "createUser",
          "updateUser",
          "copydbgetnonce",
          "copydbsaslstart",
          "copydb");

  /** Sensitive where they authenticate: then, and only then, their events are redacted to {}. */
  private static final Set<String> HELLOS = Set.of("hello", "ismaster", "isMaster");

  private final Set<String> types;
  private final Set<String> ignoredCommands;
  private final boolean observeSensitive;

  private final List<ObservedEvent> events = new ArrayList<>();
  private boolean stopped;

  /**
   * @param types the types of event that are kept
   * @param ignoredCommands commands whose events are not kept
   * @param observeSensitive whether events of commands with secrets are kept
   */
  public EventLog(Set<String> types, Set<String> ignoredCommands, boolean observeSensitive) {
    this.types = types;
    this.ignoredCommands = ignoredCommands;
    this.observeSensitive = observeSensitive;
  }

  /** A command is about to be sent. */
  public void started(String database, String name, BsonDocument command) {
    addOfCommand("commandStartedEvent", database, name, "command", command);
  }

  /** A command was answered with ok: 1. */
  public void succeeded(String database, String name, BsonDocument reply) {
    addOfCommand("commandSucceededEvent", database, name, "reply", reply);
  }

  /** A command was answered with ok: 0, or not at all. */
  public void failed(String database, String name) {
    add(new ObservedEvent("commandFailedEvent", ofCommand(database, name)));
  }

  /** Anything else has happened. */
  public synchronized void add(ObservedEvent event) {
    if (!stopped && types.contains(event.type()) && !isIgnored(event)) {
      events.add(event);
      notifyAll();
    }
  }

  /** The events so far. */
  public synchronized List<ObservedEvent> events() {
    return List.copyOf(events);
  }

  /** Keeps no more events. */
  public synchronized void stop() {
    stopped = true;
  }

  /**
   * Waits until so many matching events were told, and gives up after a while.
   *
   * @return whether they were
   */
  public synchronized boolean await(Predicate<ObservedEvent> matching, int count, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (events.stream().filter(matching).count() < count) {
      long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMillis <= 0) {
        return false;
      }
      wait(leftMillis);
    }
    return true;
  }

  private void addOfCommand(
      String type, String database, String name, String bodyField, BsonDocument body) {
    boolean isRedactedHello = HELLOS.contains(name) && body.isEmpty();
    if (observeSensitive || !isRedactedHello) {
      add(new ObservedEvent(type, ofCommand(database, name).append(bodyField, body)));
    }
  }

  private static BsonDocument ofCommand(String database, String name) {
    return new BsonDocument("commandName", new BsonString(name))
        .append("databaseName", new BsonString(database));
  }

  private boolean isIgnored(ObservedEvent event) {
    if (!event.fields().containsKey("commandName")) {
      return false;
    }
    String name = event.fields().getString("commandName").getValue();
    return ignoredCommands.contains(name) || (!observeSensitive && SENSITIVE.contains(name));
  }
}
