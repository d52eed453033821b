package dev.tailrace.engine.event;

import static java.util.Objects.requireNonNull;

import org.bson.RawBsonDocument;

/**
 * An event that was decoded, or that could not be, for those who would rather have it raw than lose
 * the stream over it. Made by {@link EventDecoder#orRaw}.
 *
 * @param <T> what events are decoded to
 */
public sealed interface Decoded<T> {

  /**
   * A decoded event.
   *
   * @param value what the decoder made of it
   */
  record Value<T>(T value) implements Decoded<T> {
    public Value {
      requireNonNull(value, "value");
    }
  }

  /**
   * An event that the decoder could not cope with.
   *
   * @param event all of it; bytes that are no BSON are seen only when it is looked into
   * @param cause what the decoder threw; {@link dev.tailrace.engine.bytes.MalformedBsonException}
   *     if it was the bytes
   */
  record Raw<T>(RawBsonDocument event, Throwable cause) implements Decoded<T> {
    public Raw {
      requireNonNull(event, "event");
      requireNonNull(cause, "cause");
    }
  }
}
