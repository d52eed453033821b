package dev.tailrace.conformance.unified.client;

/** Opens change streams for one client entity. */
public interface ChangeStreamClient extends AutoCloseable {

  /**
   * Opens a stream: its server-side cursor is there when this returns.
   *
   * @throws dev.tailrace.conformance.unified.format.UnrunnableTestException if an argument is given
   *     that this client does not offer
   * @throws InterruptedException if the thread is interrupted
   */
  DocumentCursor watch(Watched watched, WatchArguments arguments) throws InterruptedException;

  @Override
  void close();
}
