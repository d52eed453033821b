package dev.tailrace.engine.core;

import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.transport.DocumentSlice;
import java.util.Arrays;
import org.bson.BsonType;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fragments of {@code $changeStreamSplitLargeEvent} together again: one event of all their
 * fields in the order they came, without {@code splitEvent}, under the last fragment's {@code _id}.
 *
 * <p>The fields of an event are spread over its fragments whole, and each fragment has {@code _id}
 * and <code>splitEvent: {fragment: n, of: m}</code>, counted from 1.
 */
final class SplitEventAssembler {

  private final int maxBytes;

  /** The fields so far, without a document's length and end. */
  private byte[] fields = new byte[0];

  private int fieldsLength;

  /** The last fragment taken in, of how many; 0 where none is. */
  private int fragment;

  private int of;

  /**
   * @param maxBytes how long an event may be that is put together
   */
  SplitEventAssembler(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Whether fragments were taken in whose event is not complete. */
  boolean isIncomplete() {
    return fragment != 0;
  }

  /** Forgets an incomplete event: its fragments will come again. */
  void reset() {
    fields = new byte[0];
    fieldsLength = 0;
    fragment = 0;
    of = 0;
  }

  /**
   * Takes an event, or a fragment of one.
   *
   * @param id the event's {@code _id}
   * @return the whole event; null if more fragments are to come
   * @throws NotReassembledException if the fragments do not follow each other, or are too much
   * @throws dev.tailrace.engine.bytes.MalformedBsonException if the event is broken
   */
  @Nullable DocumentSlice accept(DocumentSlice event, DocumentSlice id) {
    Elements elements = Elements.of(event);
    if (!elements.nextNamed("splitEvent")) {
      if (isIncomplete()) {
        throw new NotReassembledException(
            "fragment %d of %d of an event".formatted(fragment + 1, of), "a whole event");
      }
      return event;
    }
    follow(elements.elements(BsonType.DOCUMENT));
    takeFields(event);
    if (fragment < of) {
      return null;
    }
    DocumentSlice whole = whole(id);
    reset();
    return whole;
  }

  private void follow(Elements splitEvent) {
    int number = 0;
    int count = 0;
    while (splitEvent.next()) {
      if (splitEvent.isNamed("fragment")) {
        number = (int) splitEvent.number();
      } else if (splitEvent.isNamed("of")) {
        count = (int) splitEvent.number();
      }
    }
    boolean follows = number == fragment + 1 && number <= count && (fragment == 0 || count == of);
    if (!follows) {
      throw new NotReassembledException(
          "fragment %d of %s".formatted(fragment + 1, fragment == 0 ? "an event" : of),
          "fragment %d of %d".formatted(number, count));
    }
    fragment = number;
    of = count;
  }

  private void takeFields(DocumentSlice event) {
    Elements elements = Elements.of(event);
    while (elements.next()) {
      if (!elements.isNamed("_id") && !elements.isNamed("splitEvent")) {
        append(event.buffer(), elements.offset(), elements.end() - elements.offset());
      }
    }
  }

  private void append(byte[] bytes, int offset, int length) {
    long needed = (long) fieldsLength + length;
    if (needed > maxBytes) {
      throw new NotReassembledException(
          "an event of at most %d bytes".formatted(maxBytes),
          "%d bytes by fragment %d of %d".formatted(needed, fragment, of));
    }
    if (needed > fields.length) {
      fields = Arrays.copyOf(fields, (int) Math.min(maxBytes, Math.max(needed, needed * 2)));
    }
    System.arraycopy(bytes, offset, fields, fieldsLength, length);
    fieldsLength += length;
  }

  private DocumentSlice whole(DocumentSlice id) {
    return EventFields.document(id, fields, fieldsLength);
  }
}
