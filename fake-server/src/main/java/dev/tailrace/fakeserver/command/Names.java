package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.storage.Namespace;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Collection names as commands give them. */
final class Names {

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
          ErrorCode.INVALID_NAMESPACE, "collection name has invalid type " + BsonTypes.name(name));
    }
    Namespace namespace = call.namespace(text.getValue());
    requireValid(namespace);
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
  static void requireCreatable(Namespace namespace) {
    if (namespace.collection().indexOf('$') >= 0) {
      throw new CommandFailure(ErrorCode.INVALID_NAMESPACE, "invalid collection name");
    }
  }

  /** Refuses a namespace that only the server itself writes to. */
  static void requireWritable(Invocation call, Namespace namespace) {
    if (namespace.isSystem() && call.transaction() != null) {
      throw new CommandFailure(
          50_791, "Cannot write to system collection " + namespace + " within a transaction.");
    }
    boolean isOwn = namespace.isSystem() && !namespace.db().equals("admin");
    if (isOwn && !namespace.collection().equals("system.js")) {
      throw new CommandFailure(ErrorCode.INVALID_NAMESPACE, "cannot write to '" + namespace + "'");
    }
  }
}
