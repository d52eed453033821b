package dev.tailrace.benchmarks.client;

import java.io.IOException;

/** An open change stream of some client. For one thread. */
public interface EventSource extends AutoCloseable {

  /** Waits for the next event, and takes it in the form that is measured. */
  void next() throws Exception;

  @Override
  void close() throws IOException;
}
