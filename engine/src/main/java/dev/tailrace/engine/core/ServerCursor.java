package dev.tailrace.engine.core;

import dev.tailrace.engine.transport.ServerRef;

/**
 * A cursor at a server.
 *
 * @param id its id; 0 once the server has closed it
 * @param server where it lives
 * @param namespace what {@code getMore} and {@code killCursors} name: the reply's {@code cursor.ns}
 */
record ServerCursor(long id, ServerRef server, String namespace) {

  /** Whether the server has closed it. */
  boolean isExhausted() {
    return id == 0;
  }

  /** The part of the namespace behind the first dot. */
  String collection() {
    return namespace.substring(namespace.indexOf('.') + 1);
  }
}
