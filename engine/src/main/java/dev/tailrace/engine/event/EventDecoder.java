package dev.tailrace.engine.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.DocumentSlice;
import org.bson.RawBsonDocument;
import org.bson.codecs.Decoder;
import org.bson.codecs.configuration.CodecRegistry;

/**
 * How a stream hands an event over. One decoder serves streams of many threads at a time, so it has
 * to be thread-safe, as those made here are if the codecs are.
 *
 * @param <T> what events become
 */
@FunctionalInterface
public interface EventDecoder<T> {

  /**
   * What the event is for the user; never null.
   *
   * @param event where it lies. What is made of it may keep the slice, and so its buffer
   * @throws RuntimeException of any kind if nothing can be made of it; {@link
   *     dev.tailrace.engine.bytes.MalformedBsonException} if its bytes are no BSON
   */
  T decode(DocumentSlice event);

  /**
   * Events as they are. Nothing is copied, and nothing checked but that the slice is a document.
   */
  static EventDecoder<RawBsonDocument> raw() {
    return event -> new RawFields(event).whole();
  }

  /** Events as {@link ChangeEvent}. Nothing is copied, decoded or checked. */
  static EventDecoder<ChangeEvent> changeEvents() {
    return ChangeEvent::of;
  }

  /**
   * Events through one of bson's decoders, which reads them where they lie. What it throws comes
   * through, unless the event's bytes are to blame.
   */
  static <T> EventDecoder<T> through(Decoder<T> decoder) {
    requireNonNull(decoder, "decoder");
    return event -> DecodingInPlace.decode(event, decoder);
  }

  /** As {@link #to(Class, CodecRegistry)} with the {@link DefaultCodecs}. */
  static <T> EventDecoder<T> to(Class<T> type) {
    return to(type, DefaultCodecs.registry());
  }

  /**
   * Events as objects of a class, with the registry's codec for it. {@link ChangeEvent} and {@link
   * RawBsonDocument} need no codec, and are as {@link #changeEvents} and {@link #raw}.
   *
   * @throws org.bson.codecs.configuration.CodecConfigurationException if the registry has none
   */
  @SuppressWarnings("unchecked") // What the comparisons make sure of, the compiler cannot see.
  static <T> EventDecoder<T> to(Class<T> type, CodecRegistry registry) {
    if (type == ChangeEvent.class) {
      return (EventDecoder<T>) changeEvents();
    }
    if (type == RawBsonDocument.class) {
      return (EventDecoder<T>) raw();
    }
    return through(registry.get(type));
  }

  /** This decoder, with the event itself in place of whatever it throws. */
  default EventDecoder<Decoded<T>> orRaw() {
    return event -> {
      try {
        return new Decoded.Value<>(decode(event));
      } catch (VirtualMachineError notTheEvents) {
        throw notTheEvents;
      } catch (Throwable undecodable) { // Users' code: a failed assertion or a missing class too.
        return new Decoded.Raw<>(event.asDocument(), undecodable);
      }
    };
  }
}
