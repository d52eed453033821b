package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.StoredView;
import java.util.Set;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Collection names as commands give them. */
final class Names {

  /** Databases of the server itself, where it keeps collections of such names. */
  private static final Set<String> INTERNAL = Set.of("admin", "config", "local");

  private static final Set<String> WRITABLE = Set.of("system.js", "system.users");

  private static final Set<String> CREATABLE =
      Set.of("system.js", "system.profile", "system.users", "system.views");

  /** What the server alone writes to, and clients create. */
  private static final Set<String> OWN = Set.of("system.profile", "system.views");

  private static final Set<String> WRITE_COMMANDS = Set.of("insert", "update", "delete");

  private Names() {}

  /**
   * The collection that the command's first field names.
   *
   * @throws CommandFailure 73 if it is no name
   */
  static Namespace collection(Invocation call) {
    return collection(call, call.request().subject());
  }

  /**
   * The collection that a value names.
   *
   * @throws CommandFailure 73 if it is no name
   */
  static Namespace collection(Invocation call, BsonValue name) {
    if (!(name instanceof BsonString text)) {
      throw new CommandFailure(
          WRITE_COMMANDS.contains(call.request().name())
              ? ErrorCode.BAD_VALUE
              : ErrorCode.INVALID_NAMESPACE,
          "collection name has invalid type " + BsonTypes.name(name));
    }
    Namespace namespace = call.namespace(text.getValue());
    requireValid(namespace);
    return namespace;
  }

  /**
   * The collection that a read is of.
   *
   * @throws CommandFailure 73 if it is no name, or one that only commands have
   */
  static Namespace read(Invocation call) {
    Namespace namespace = collection(call);
    if (namespace.collection().indexOf('$') >= 0) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE, "Invalid collection name specified '" + namespace + "'");
    }
    return namespace;
  }

  /** Refuses what can be no namespace at all. */
  static void requireValid(Namespace namespace) {
    String collection = namespace.collection();
    if (collection.isEmpty() || collection.startsWith(".") || collection.indexOf('\0') >= 0) {
      throw new CommandFailure(
          ErrorCode.INVALID_NAMESPACE, "Invalid namespace specified '" + namespace + "'");
    }
  }

  /** Refuses a name under which no collection may be created. */
  static void requireCreatable(Invocation call, Namespace namespace) {
    if (namespace.collection().indexOf('$') >= 0) {
      throw new CommandFailure(ErrorCode.INVALID_NAMESPACE, "invalid collection name");
    }
    requireNotReserved(call, namespace);
  }

  private static void requireNotReserved(Invocation call, Namespace namespace) {
    String name = namespace.collection();
    boolean isReserved = namespace.isSystem() && !name.startsWith(StoredView.BUCKETS);
    if (isReserved && !CREATABLE.contains(name) && !INTERNAL.contains(namespace.db())) {
      throw reserved(call, namespace);
    }
  }

  /** Refuses a namespace that only the server itself writes to. */
  static void requireWritable(Invocation call, Namespace namespace) {
    if (namespace.isSystem() && call.transaction() != null) {
      throw new CommandFailure(
          50_791, "Cannot write to system collection " + namespace + " within a transaction.");
    }
    boolean isOwn = namespace.isSystem() && !namespace.db().equals("admin");
    if (isOwn && !WRITABLE.contains(namespace.collection())) {
      throw reserved(call, namespace);
    }
  }

  /** Since 5.0 names that mean nothing to the server are told from those of its own. */
  private static CommandFailure reserved(Invocation call, Namespace namespace) {
    String message = "cannot write to '" + namespace + "'";
    if (call.version().atLeast(5, 0)) {
      message =
          (OWN.contains(namespace.collection()) ? "cannot write to " : "Invalid system namespace: ")
              + namespace;
    }
    return new CommandFailure(ErrorCode.INVALID_NAMESPACE, message);
  }
}
