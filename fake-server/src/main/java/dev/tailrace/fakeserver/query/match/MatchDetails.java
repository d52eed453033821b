package dev.tailrace.fakeserver.query.match;

import java.util.OptionalInt;

/**
 * How a document matched.
 *
 * @param matched whether it did
 * @param arrayIndex the index of the array element that made it match, which the positional {@code
 *     $} of updates and projections stands for; empty if none did
 */
public record MatchDetails(boolean matched, OptionalInt arrayIndex) {

  /** A match that no array element made. */
  public static final MatchDetails PLAIN = new MatchDetails(true, OptionalInt.empty());
}
