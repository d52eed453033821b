package dev.tailrace.conformance.faces;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.transport.Transport;

/** The faces of the engine. */
public enum Face {
  BLOCKING("blocking") {
    @Override
    public <T> FacedStream<T> open(ChangeStreams<T> streams, Transport transport)
        throws InterruptedException {
      return new BlockingFace<>(streams.open());
    }
  },
  ASYNC("async") {
    @Override
    public <T> FacedStream<T> open(ChangeStreams<T> streams, Transport transport)
        throws InterruptedException {
      return AsyncFace.open(streams, transport);
    }
  },
  FLOW("Flow") {
    @Override
    public <T> FacedStream<T> open(ChangeStreams<T> streams, Transport transport)
        throws InterruptedException {
      return FlowFace.open(streams, transport);
    }
  };

  private final String label;

  Face(String label) {
    this.label = label;
  }

  /**
   * Opens a stream, and waits until it is open.
   *
   * @param transport that of the stream
   * @throws dev.tailrace.engine.ChangeStreamException if it cannot be opened
   */
  public abstract <T> FacedStream<T> open(ChangeStreams<T> streams, Transport transport)
      throws InterruptedException;

  /** The face as it is called in test names. */
  @Override
  public String toString() {
    return label;
  }
}
