package dev.tailrace.fakeserver.core;

import java.nio.ByteBuffer;

/** One thing that whoever runs the set must do now. */
public sealed interface Effect {

  /** The connection that it is about. */
  long connection();

  /**
   * Send these bytes.
   *
   * @param bytes from position to limit; not to be written
   */
  record Send(long connection, ByteBuffer bytes) implements Effect {}

  /** Close the connection, once what was sent before has gone out. */
  record Close(long connection) implements Effect {}
}
