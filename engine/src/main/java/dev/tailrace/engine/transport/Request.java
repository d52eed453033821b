package dev.tailrace.engine.transport;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.bson.BsonDocument;

/**
 * One command for one server.
 *
 * @param target where it may run
 * @param database the database it runs on; sent as {@code $db}
 * @param command the command as the engine composed it: its first field is the command's name, and
 *     {@code $db}, {@code $clusterTime}, {@code $readPreference} and a {@code maxTimeMS} that
 *     depends on the time left are not in it. Not to be changed
 * @param timeLimit when the answer is wanted at the latest; empty for whenever it comes
 */
public record Request(
    Target target, String database, BsonDocument command, Optional<TimeLimit> timeLimit) {

  public Request {
    requireNonNull(target, "target");
    requireNonNull(database, "database");
    requireNonNull(command, "command");
    requireNonNull(timeLimit, "timeLimit");
  }

  /** A request without a time limit. */
  public Request(Target target, String database, BsonDocument command) {
    this(target, database, command, Optional.empty());
  }

  /** The command's name: its first field. */
  public String commandName() {
    return command.getFirstKey();
  }
}
