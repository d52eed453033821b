package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.LongRange;

/**
 * Whatever clients send, the set answers as a server could, and goes on working. To play a run
 * again, give {@link #play} the seed and the release that its failure names.
 */
class CommandFuzzTest {

  private static final int COMMANDS = 60;

  @Property(tries = 400, shrinking = ShrinkingMode.OFF)
  void whateverIsSentTheSetGoesOn(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seed)
      throws InterruptedException {
    int releases = ServerVersion.ALL.size();
    play(seed, ServerVersion.ALL.get(new SplittableRandom(seed).nextInt(releases)));
  }

  private static void play(long seed, ServerVersion version) throws InterruptedException {
    try (FuzzedSet set = new FuzzedSet(seed, version)) {
      for (int i = 0; i < COMMANDS; i++) {
        set.step();
      }
      set.requireWorking();
    }
  }

  @Example
  void everyCommandIsAmongThem() {
    ImmutableSet<String> tried =
        CommandTemplates.ALL.stream()
            .map(template -> template.replaceFirst("^\\w+\\|", ""))
            .map(template -> template.substring(1, template.indexOf(':')))
            .collect(ImmutableSet.toImmutableSet());
    assertThat(tried).containsAll(Registry.names());
  }
}
