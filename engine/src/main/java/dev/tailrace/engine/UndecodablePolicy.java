package dev.tailrace.engine;

/**
 * What a stream does with an event that its decoder fails on. Its neighbours are never touched. A
 * third way is {@link ChangeStreams#orRaw}, which hands such an event over as it came.
 */
public enum UndecodablePolicy {
  /**
   * The stream ends with {@link ChangeStreamException.Undecodable}, its resume token still in front
   * of the event.
   */
  FAIL,
  /**
   * The event is passed over, as if it had been handed over, and the listener is given it: {@link
   * StreamEvent.Skipped}.
   */
  SKIP
}
