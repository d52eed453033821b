package dev.tailrace.fakeserver.query.match;

import java.util.random.RandomGenerator;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code {$sampleRate: RATE}}: each document with that probability. */
final class RandomPredicate extends Predicate {

  private final double rate;
  private final RandomGenerator random;

  RandomPredicate(double rate, RandomGenerator random) {
    this.rate = rate;
    this.random = random;
  }

  @Override
  boolean matches(BsonDocument document, Position position) {
    return random.nextDouble() < rate;
  }

  @Override
  boolean matchesValue(@Nullable BsonValue value, Position position) {
    return random.nextDouble() < rate;
  }
}
