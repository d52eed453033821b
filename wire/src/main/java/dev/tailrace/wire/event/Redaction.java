package dev.tailrace.wire.event;

import java.util.Locale;
import java.util.Set;
import org.bson.BsonDocument;

/**
 * Which commands may hold secrets, so that neither they nor their replies are shown (command
 * logging and monitoring specification, "Security").
 */
public final class Redaction {

  private static final Set<String> SENSITIVE =
      Set.of(
          "authenticate",
          "saslstart",
          "saslcontinue",
          "getnonce",
          "createuser",
          "updateuser",
          "copydbgetnonce",
          "copydbsaslstart",
          "copydb");

  private static final Set<String> HELLOS = Set.of("hello", "ismaster");

  private Redaction() {}

  /**
   * Whether a command and its reply are not to be shown: it is about users or authentication, or a
   * hello that authenticates as well. Names are compared without regard to case.
   *
   * @param command its first field is its name
   */
  public static boolean isSensitive(BsonDocument command) {
    String name = command.isEmpty() ? "" : command.getFirstKey().toLowerCase(Locale.ROOT);
    return SENSITIVE.contains(name)
        || (HELLOS.contains(name) && command.containsKey("speculativeAuthenticate"));
  }
}
