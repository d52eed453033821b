package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.replset.Journal;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/** Points of the history as replies name them. */
final class OpTimes {

  private OpTimes() {}

  /** The last entry before a position: <code>{ts, t}</code>. */
  static BsonDocument at(Journal journal, long position) {
    return new BsonDocument("ts", journal.timeAt(position))
        .append("t", new BsonInt64(journal.termAt(position)));
  }
}
