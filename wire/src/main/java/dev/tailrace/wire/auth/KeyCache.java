package dev.tailrace.wire.auth;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keys by what they were derived with. One credential's keys are few: members of a set share them,
 * unless the password is being changed. Thread-safe.
 */
final class KeyCache {

  private static final int MAX_SIZE = 8;

  private final Map<Origin, ScramKeys> keys =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Origin, ScramKeys> eldest) {
          return size() > MAX_SIZE;
        }
      };

  /** The keys of that origin, derived if need be. */
  synchronized ScramKeys get(
      Mechanism mechanism, byte[] salt, int iterations, Supplier<ScramKeys> derivation) {
    return keys.computeIfAbsent(
        new Origin(mechanism, Arrays.toString(salt), iterations), origin -> derivation.get());
  }

  private record Origin(Mechanism mechanism, String salt, int iterations) {}
}
