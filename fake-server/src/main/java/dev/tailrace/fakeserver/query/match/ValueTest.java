package dev.tailrace.fakeserver.query.match;

import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** What a filter asks of one value. */
@FunctionalInterface
interface ValueTest {

  /** Whether the value passes; null if it is missing. */
  boolean test(@Nullable BsonValue value);
}
