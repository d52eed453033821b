package dev.tailrace.engine.transport;

import static java.util.Objects.requireNonNull;

import org.bson.BsonDocument;

/**
 * One command for one server.
 *
 * @param target where it may run
 * @param database the database it runs on; sent as {@code $db}
 * @param command the command as the engine composed it: its first field is the command's name, and
 *     {@code $db}, {@code $clusterTime} and {@code $readPreference} are not in it. Not to be
 *     changed
 */
public record Request(Target target, String database, BsonDocument command) {

  public Request {
    requireNonNull(target, "target");
    requireNonNull(database, "database");
    requireNonNull(command, "command");
  }

  /** The command's name: its first field. */
  public String commandName() {
    return command.getFirstKey();
  }
}
