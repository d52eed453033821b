package dev.tailrace.engine.event;

import dev.tailrace.engine.transport.DocumentSlice;

/**
 * Which part of a split event this is. In BSON <code>{fragment: int32, of: int32}</code>.
 *
 * @param fragment the number of this part, from 1
 * @param of how many parts there are
 */
public record SplitEvent(int fragment, int of) {

  static SplitEvent read(DocumentSlice document) {
    RawFields fields = new RawFields(document);
    return new SplitEvent(fields.require("fragment").int32(), fields.require("of").int32());
  }
}
