package dev.tailrace.fakeserver.core;

import java.util.List;

/**
 * What came of an input.
 *
 * @param effects what to do, in this order
 * @param wakeAtNanos when the set wants to be ticked, on the monotonic clock, at the latest; {@link
 *     Long#MAX_VALUE} for never
 */
public record Step(List<Effect> effects, long wakeAtNanos) {

  public Step {
    effects = List.copyOf(effects);
  }
}
