package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.ResumeToken;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * With which start options a stream resumes: change-streams specification, "Resume Process", one
 * row for each sentence. The words are those of {@link Happenings}.
 */
class ResumePointTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      nullValues = "-",
      emptyValue = "",
      textBlock =
          """
          given                                 | happened                               | resumes
          # With a cached token, resumeAfter it (prose test 3).
          -                                     | aggregate pbrt=P time=5                | resumeAfter=P
          -                                     | aggregate events, last _id=A           | resumeAfter=A
          resumeAfter=R                         | aggregate                              | resumeAfter=R
          # But startAfter it as long as a stream that began with startAfter has returned no event
          # (prose test 17), be the token the given one or a newer one.
          startAfter=S                          | aggregate                              | startAfter=S
          startAfter=S                          | aggregate events                       | startAfter=S
          startAfter=S                          | aggregate pbrt=P                       | startAfter=P
          startAfter=S                          | aggregate, getMore pbrt=P              | startAfter=P
          # And resumeAfter once it has (prose test 18).
          startAfter=S                          | aggregate events, event _id=A          | resumeAfter=A
          startAfter=S                          | aggregate events, last _id=A pbrt=P    | resumeAfter=P
          startAfter=S                          | last _id=A, getMore pbrt=P             | resumeAfter=P
          # With a token the other start options are taken out.
          startAfter=S resumeAfter=R            | aggregate                              | startAfter=S
          startAtOperationTime=5                | aggregate pbrt=P                       | resumeAfter=P
          startAtOperationTime=5                | aggregate events, event _id=A          | resumeAfter=A
          # Without a token: the startAtOperationTime that was given.
          startAtOperationTime=5                | aggregate time=9                       | startAtOperationTime=5
          # Else the operationTime of the first aggregate ...
          -                                     | aggregate time=9                       | startAtOperationTime=9
          -                                     | aggregate time=9, getMore              | startAtOperationTime=9
          # ... and of no later one.
          -                                     | aggregate time=9, aggregate time=12    | startAtOperationTime=9
          # It is saved only if the batch was empty,
          -                                     | aggregate events time=9                | ''
          # and had no postBatchResumeToken.
          -                                     | aggregate pbrt=P time=9                | resumeAfter=P
          # With neither: the command as it was.
          -                                     | aggregate                              | ''
          -                                     | -                                      | ''
          """)
  void theStartOptions(@Nullable String given, @Nullable String happened, String resumes) {
    Position position = Happenings.positionAfter(given, happened);

    assertThat(Happenings.words(position.resumePoint())).isEqualTo(resumes);
  }

  /**
   * The options go to the server as they are: which of them rule each other out is for it to say.
   */
  @Test
  void theFirstAggregateHasAllThatWasGiven() {
    String given = "resumeAfter=R startAfter=S startAtOperationTime=5";

    assertThat(Happenings.words(Happenings.positionAfter(given, null).origin())).isEqualTo(given);
  }

  /** A stream that begins anew is like one that was given that start option. */
  @Test
  void aStreamThatBeganAnewResumesFromThere() {
    ResumeToken token = ResumeToken.ofData("A");

    assertThat(resumes(new StartPoint.StartAfter(token))).isEqualTo("startAfter=A");
    assertThat(resumes(new StartPoint.ResumeAfter(token))).isEqualTo("resumeAfter=A");
    assertThat(resumes(new StartPoint.AtOperationTime(new BsonTimestamp(5, 1))))
        .isEqualTo("startAtOperationTime=5");
    assertThat(resumes(new StartPoint.Now())).isEmpty();
  }

  /** And the server's time of its first aggregate is not needed. */
  @Test
  void aStreamThatBeganAnewSavesNoTimeWhereItHasAPlace() {
    ResumeToken token = ResumeToken.ofData("A");
    Position atTime = Position.startingAt(new StartPoint.AtOperationTime(new BsonTimestamp(5, 1)));

    assertThat(Happenings.words(atTime.opened(Happenings.reply("time=9")).resumePoint()))
        .isEqualTo("startAtOperationTime=5");
    assertThat(Position.startingAt(new StartPoint.ResumeAfter(token)).token()).contains(token);
    assertThat(Position.startingAt(new StartPoint.StartAfter(token)).token()).contains(token);
  }

  private static String resumes(StartPoint origin) {
    return Happenings.words(Position.startingAt(origin).resumePoint());
  }
}
