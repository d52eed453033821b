package dev.tailrace.fakeserver.core;

import com.google.common.math.LongMath;
import dev.tailrace.fakeserver.command.ClusterParameters;
import dev.tailrace.fakeserver.command.World;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Lets the images of changes go, where the set is told how old they may be. By themselves they stay
 * as long as their events.
 */
final class ImageExpiry {

  /** {@code expiredChangeStreamPreImageRemovalJobSleepSecs}. */
  private static final long JOB_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Context context;

  private ImageExpiry(Context context) {
    this.context = context;
  }

  /** Begins to look from time to time, in a release that can be told. */
  static void begin(Context context) {
    World world = context.world;
    if (world.version().atLeast(6, 0) && !world.standalone()) {
      new ImageExpiry(context).plan();
    }
  }

  private void plan() {
    context.later(JOB_NANOS, this::look);
  }

  private void look() {
    plan(); // First, lest a look that fails be the last.
    World world = context.world;
    OptionalLong seconds = ClusterParameters.imagesExpireAfterSeconds(world.set().journal().head());
    if (seconds.isPresent() && world.set().primary() != null) {
      long ageMillis = LongMath.saturatedMultiply(seconds.getAsLong(), 1000);
      world.set().forgetImages(LongMath.saturatedSubtract(world.set().wallMillis(), ageMillis));
    }
  }
}
