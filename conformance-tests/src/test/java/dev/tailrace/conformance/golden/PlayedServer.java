package dev.tailrace.conformance.golden;

import java.time.Duration;

/** A server that conversations are held with: a recorded one's double, or a real one. */
interface PlayedServer extends AutoCloseable {

  /** Connects to the primary, or to the only member. */
  RawSession connect();

  /** Lets time pass, on the server's clock. */
  void pause(Duration time) throws InterruptedException;

  @Override
  void close();
}
