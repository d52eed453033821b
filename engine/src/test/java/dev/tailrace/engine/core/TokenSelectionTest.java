package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ResumeToken;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which token is cached: change-streams specification, "Updating the Cached Resume Token", one row
 * for each sentence. The words are those of {@link Happenings}.
 */
class TokenSelectionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          given                      | happened                                      | token
          # At the start it is the startAfter that was given, else the resumeAfter, else none.
          startAfter=S               | -                                             | S
          resumeAfter=R              | -                                             | R
          startAfter=S resumeAfter=R | -                                             | S
          -                          | -                                             | -
          startAtOperationTime=5     | -                                             | -
          # And it stays so when the aggregate's batch has events, and none was read (prose test 14).
          startAfter=S               | aggregate events pbrt=P                       | S
          resumeAfter=R              | aggregate events pbrt=P                       | R
          -                          | aggregate events pbrt=P                       | -
          # An empty batch with a postBatchResumeToken: that, of an aggregate ...
          -                          | aggregate pbrt=P                              | P
          startAfter=S               | aggregate pbrt=P                              | P
          # ... as of a getMore.
          resumeAfter=R              | aggregate, getMore pbrt=P                     | P
          -                          | aggregate pbrt=P, getMore pbrt=Q              | Q
          # Without one an empty batch says nothing.
          resumeAfter=R              | aggregate                                     | R
          -                          | aggregate pbrt=P, getMore                     | P
          -                          | last _id=A, getMore                           | A
          # An event that is not the last of its batch: its _id (prose test 13).
          -                          | aggregate events pbrt=P, event _id=A          | A
          startAfter=S               | aggregate events, event _id=A, event _id=B    | B
          # The last one of a batch that has a postBatchResumeToken: that (prose test 11).
          -                          | aggregate events pbrt=P, last _id=A pbrt=P    | P
          -                          | aggregate pbrt=P, event _id=A, last _id=B pbrt=Q | Q
          # The last one of a batch that has none: its _id.
          resumeAfter=R              | aggregate events, last _id=A                  | A
          """)
  void theCachedToken(@Nullable String given, @Nullable String happened, @Nullable String token) {
    assertThat(Happenings.positionAfter(given, happened).token())
        .isEqualTo(Optional.ofNullable(token).map(ResumeToken::ofData));
  }

  /** What a listener hears of as progress, and what it does not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      textBlock =
          """
          before           | after                            | moved
          -                | aggregate pbrt=P                 | true
          aggregate pbrt=P | aggregate pbrt=P, getMore pbrt=Q | true
          aggregate pbrt=P | aggregate pbrt=P, getMore pbrt=P | false
          aggregate pbrt=P | aggregate pbrt=P, getMore        | false
          aggregate pbrt=P | -                                | true
          aggregate        | aggregate, getMore               | false
          """)
  void aTokenThatIsTheSameHasNotMoved(
      @Nullable String before, @Nullable String after, boolean moved) {
    assertThat(
            Happenings.positionAfter(null, after)
                .isElsewhereThan(Happenings.positionAfter(null, before)))
        .isEqualTo(moved);
  }
}
