package dev.tailrace.engine.core;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.StreamEvent;
import dev.tailrace.engine.UndecodablePolicy;
import dev.tailrace.engine.bytes.MalformedBsonException;
import dev.tailrace.engine.event.EventDecoder;
import dev.tailrace.engine.transport.DocumentSlice;
import org.jspecify.annotations.Nullable;

/**
 * Hands the events of batches over, one after the other, and keeps the stream's {@link Position},
 * which moves with each event that is handed over and with nothing else but what an empty batch
 * says.
 *
 * <p>An event that the user gave back is handed over again before any other; until then the
 * position stands in front of it.
 *
 * @param <T> how events are handed over
 */
final class Delivery<T> {

  private final EventDecoder<T> decoder;
  private final UndecodablePolicy undecodablePolicy;
  private final @Nullable SplitEventAssembler assembler;

  private Position position;

  /** Where the stream stood before the event that was handed over last. */
  private Position positionBefore;

  /** An event that the user gave back, and where the stream stands behind it. */
  private @Nullable T givenBack;

  private Position positionBehindGivenBack;

  /** The token of the invalidate that was handed over last, if nothing came behind it. */
  private @Nullable ResumeToken invalidateToken;

  Delivery(EventDecoder<T> decoder, ChangeStreamOptions options) {
    this.decoder = decoder;
    undecodablePolicy = options.undecodablePolicy();
    assembler =
        options.reassembleSplitEvents().isPresent()
            ? new SplitEventAssembler(options.reassembleSplitEvents().getAsInt())
            : null;
    position = Position.startingAt(new StartPoint.AsGiven(options));
    positionBefore = position;
    positionBehindGivenBack = position;
  }

  /** What became of an event whose turn it was. */
  sealed interface Taken<T> {

    /** It is the user's. */
    record Event<T>(T event) implements Taken<T> {}

    /** It is a fragment, and more are to come. */
    record Fragment<T>() implements Taken<T> {}

    /** It was passed over. */
    record PassedOver<T>(StreamEvent.Skipped skipped) implements Taken<T> {}

    /** The stream cannot go on behind it. */
    record Dead<T>(Ending ending) implements Taken<T> {}
  }

  Position position() {
    return position;
  }

  /** The token of the invalidate event that was handed over, if no event came behind it. */
  @Nullable ResumeToken invalidateToken() {
    return invalidateToken;
  }

  /** The stream begins there, or begins anew. */
  void startAt(StartPoint origin) {
    position = position.beginningAnewAt(origin);
    cursorLost();
  }

  /** An aggregate was answered. */
  void opened(CursorReply reply) {
    position = position.opened(reply);
  }

  /** What an incomplete event has of fragments will come again from the next cursor. */
  void cursorLost() {
    invalidateToken = null;
    if (assembler != null) {
      assembler.reset();
    }
  }

  /**
   * A batch came that has no events. Where an event is incomplete the token stays in front of it.
   *
   * @return whether the token moved
   */
  boolean emptyBatch(Batch batch) {
    if (assembler != null && assembler.isIncomplete()) {
      return false;
    }
    Position before = position;
    position = position.emptyBatch(batch.postBatchResumeToken());
    return position.isElsewhereThan(before);
  }

  /**
   * The next event of a batch, where that is all there is to it: it is not the last one, no
   * fragment, and decodes. Null where there is more, and {@link #take} has to see to it.
   */
  @Nullable T takeSimply(Batch batch) {
    if (assembler != null || givenBack != null || batch.isDrained() || batch.isAtLast()) {
      return null;
    }
    try {
      DocumentSlice event = batch.event();
      DocumentSlice id = EventFields.id(event);
      if (id == null) {
        return null;
      }
      T decoded = decoder.decode(event);
      handedOver(position.handedOver(id));
      batch.advance();
      return decoded;
    } catch (VirtualMachineError notTheEvents) {
      throw notTheEvents;
    } catch (Throwable lookedIntoByTake) {
      return null;
    }
  }

  /**
   * Takes the event whose turn it is; there must be one.
   *
   * @throws MalformedBsonException if the batch is broken, or the event before its {@code _id}
   */
  Taken<T> take(Batch batch) {
    DocumentSlice event = batch.event();
    DocumentSlice id = EventFields.id(event);
    if (id == null) {
      return new Taken.Dead<>(Endings.missingResumeToken(position));
    }
    DocumentSlice whole;
    try {
      whole = assembler == null ? event : assembler.accept(event, id);
    } catch (NotReassembledException impossible) {
      return new Taken.Dead<>(Endings.notReassembled(impossible, position));
    }
    if (whole == null) {
      batch.advance();
      return new Taken.Fragment<>();
    }
    T decoded;
    try {
      decoded = decoder.decode(whole);
    } catch (VirtualMachineError notTheEvents) {
      throw notTheEvents;
    } catch (Throwable undecodable) { // Users' code: a failed assertion or a missing class too.
      return undecodable(batch, whole, id, undecodable);
    }
    moveBehind(batch, whole, id);
    return new Taken.Event<>(decoded);
  }

  private Taken<T> undecodable(
      Batch batch, DocumentSlice event, DocumentSlice id, Throwable cause) {
    if (undecodablePolicy == UndecodablePolicy.FAIL) {
      return new Taken.Dead<>(Endings.undecodable(event, id, cause, position));
    }
    invalidateToken = null;
    handedOver(behind(batch, id)); // Not asked whether it is an invalidate: it may be broken.
    batch.advance();
    return new Taken.PassedOver<>(new StreamEvent.Skipped(event.asDocument(), cause));
  }

  private void moveBehind(Batch batch, DocumentSlice event, DocumentSlice id) {
    invalidateToken =
        batch.isAtLast() && EventFields.isInvalidate(event)
            ? ResumeToken.of(id.asDocument())
            : null;
    handedOver(behind(batch, id));
    batch.advance();
  }

  private Position behind(Batch batch, DocumentSlice id) {
    return batch.isAtLast()
        ? position.handedOverLast(id, batch.postBatchResumeToken())
        : position.handedOver(id);
  }

  private void handedOver(Position behind) {
    positionBefore = position;
    position = behind;
  }

  // ---------------------------------------------------------------- given back

  /** The user did not take the event that was handed over last. */
  void giveBack(T event) {
    givenBack = event;
    positionBehindGivenBack = position;
    position = positionBefore;
  }

  /** Whether there is an event that was given back. */
  boolean hasGivenBack() {
    return givenBack != null;
  }

  /** Takes the event that was given back; there must be one. */
  T takeGivenBack() {
    T event = requireNonNull(givenBack, "nothing was given back");
    givenBack = null;
    handedOver(positionBehindGivenBack);
    return event;
  }
}
