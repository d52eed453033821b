package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.WatchTarget;
import dev.tailrace.engine.core.Answer;
import dev.tailrace.engine.core.ChangeStreamMachine;
import dev.tailrace.engine.core.Patience;
import dev.tailrace.engine.driver.Reader;
import dev.tailrace.engine.driver.StreamDriver;
import dev.tailrace.engine.event.EventDecoder;
import java.util.ArrayList;
import java.util.List;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

/** What the faces rely on, and none of them can bring about at will. */
class StreamDriverTest extends FaceFixture {

  /** A thread that cancels may be overtaken between its decision and the driver. */
  @Test
  void aLateCancellationDoesNotAnswerTheCallBehind() throws Exception {
    StreamDriver<RawBsonDocument> driver =
        new StreamDriver<>(
            new ChangeStreamMachine<>(
                WatchTarget.collection("shop", "orders"),
                options.build(),
                EventDecoder.raw(),
                /* prefetch= */ false,
                transport.startSession(),
                () -> 0),
            transport,
            event -> {},
            () -> {});
    Reading opening = new Reading();
    driver.open(opening);
    transport.take("aggregate").batch(77, "t1");
    Reading first = new Reading();
    driver.pull(Patience.oneRound(), first);
    transport.take("getMore").batch(77, "t2");
    Reading second = new Reading();
    driver.pull(Patience.untilEvent(), second);

    driver.cancelPull(first);

    assertThat(first.answers).singleElement().isInstanceOf(Answer.Idle.class);
    assertThat(second.answers).isEmpty();
    driver.cancelPull(second);
    assertThat(second.answers).singleElement().isInstanceOf(Answer.Idle.class);
  }

  /** A reader that keeps what it is told. */
  private static final class Reading implements Reader<RawBsonDocument> {

    final List<Answer<RawBsonDocument>> answers = new ArrayList<>();

    @Override
    public void answered(Answer<RawBsonDocument> answer) {
      answers.add(answer);
    }

    @Override
    public void faulted(Throwable fault) {
      throw new AssertionError(fault);
    }
  }
}
