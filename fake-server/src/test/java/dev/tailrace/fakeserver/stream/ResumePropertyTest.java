package dev.tailrace.fakeserver.stream;

import dev.tailrace.fakeserver.ServerVersion;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * A stream that is resumed from any token of a run gives exactly the rest of that run: whatever was
 * written, whatever the stream watches and shows, in every release, from tokens of all versions
 * that the release reads, and again from any token of the resumed stream.
 *
 * <p>{@code -Dtailrace.resume.seed=S} plays one seed alone, as a failure asks for.
 */
class ResumePropertyTest {

  private static final Long ONLY = Long.getLong("tailrace.resume.seed");

  @Provide
  Arbitrary<Long> seeds() {
    return ONLY == null ? Arbitraries.longs() : Arbitraries.just(ONLY);
  }

  @Property(tries = 8, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void aStreamResumedFromAnyTokenGivesExactlyTheRest(@ForAll("seeds") long seed)
      throws InterruptedException {
    for (ServerVersion release : ServerVersion.ALL) {
      new ResumeTrial(release, seed).play();
    }
  }
}
