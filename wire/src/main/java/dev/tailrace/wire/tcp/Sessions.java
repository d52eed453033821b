package dev.tailrace.wire.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;

/**
 * Makes session ids, and keeps those that are over until the servers are told (driver sessions
 * specification). Thread-safe.
 */
final class Sessions {

  /** How many sessions one {@code endSessions} may name. */
  static final int MAX_BATCH = 10_000;

  private List<BsonDocument> ended = new ArrayList<>();

  /** A new {@code lsid}: <code>{id: UUID}</code>, a random one. */
  BsonDocument start() {
    return new BsonDocument("id", new BsonBinary(UUID.randomUUID()));
  }

  /**
   * Takes note that a session is over.
   *
   * @return whether so many are over that the servers should be told now
   */
  synchronized boolean end(BsonDocument lsid) {
    ended.add(lsid);
    return ended.size() >= MAX_BATCH;
  }

  /** The commands that tell of all sessions that are over, which are forgotten with that. */
  synchronized List<BsonDocument> takeEndSessions() {
    List<BsonDocument> commands = new ArrayList<>();
    for (int from = 0; from < ended.size(); from += MAX_BATCH) {
      int to = Math.min(from + MAX_BATCH, ended.size());
      commands.add(
          new BsonDocument("endSessions", new BsonArray(List.copyOf(ended.subList(from, to)))));
    }
    ended = new ArrayList<>();
    return commands;
  }
}
