package dev.tailrace.engine.event;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.DocumentSlice;

/**
 * An array that an update made shorter by cutting off its end. In BSON <code>
 * {field: string, newSize: int32}</code>.
 *
 * @param field the path of the array, with dots
 * @param newSize how many elements it still has
 */
public record TruncatedArray(String field, int newSize) {

  public TruncatedArray {
    requireNonNull(field, "field");
  }

  static TruncatedArray read(DocumentSlice document) {
    RawFields fields = new RawFields(document);
    return new TruncatedArray(fields.require("field").string(), fields.require("newSize").int32());
  }
}
