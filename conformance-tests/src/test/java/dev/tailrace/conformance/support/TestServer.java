package dev.tailrace.conformance.support;

import dev.tailrace.engine.transport.Transport;

/** A server that runs, for one test. */
public interface TestServer extends AutoCloseable {

  /** Where clients find it. */
  String connectionString();

  /**
   * A new way to it that needs no sockets.
   *
   * @throws UnsupportedOperationException if there is none
   */
  Transport loopback();

  /** How many cursors clients have left open; 0 where that cannot be told. */
  int openCursors();

  @Override
  void close();
}
