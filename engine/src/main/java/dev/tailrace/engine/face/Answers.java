package dev.tailrace.engine.face;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.EndReason;
import dev.tailrace.engine.Next;
import dev.tailrace.engine.core.Answer;
import dev.tailrace.engine.core.Ending;
import java.time.Duration;

/** Says the machine's answers in the user's terms, for every face the same. */
final class Answers {

  private Answers() {}

  /**
   * What a pull has brought.
   *
   * @throws dev.tailrace.engine.ChangeStreamException if it failed
   */
  static <T> Next<T> toNext(Answer<T> answer) {
    if (answer instanceof Answer.Deliver<T> deliver) {
      return new Next.Event<>(deliver.event());
    }
    if (answer instanceof Answer.Idle<T> idle) {
      return new Next.Idle<>(idle.progress());
    }
    if (answer instanceof Answer.TimedOut<T> timedOut) {
      throw timedOut.exception();
    }
    return new Next.Ended<>(reason(((Answer.End<T>) answer).ending()));
  }

  /**
   * Makes sure that an open has brought a stream.
   *
   * @throws dev.tailrace.engine.ChangeStreamException if it failed
   * @throws IllegalStateException if the stream was closed meanwhile
   */
  static void requireOpened(Answer<?> answer) {
    if (answer instanceof Answer.End<?> end) {
      throw new IllegalStateException("closed while it was opened: " + reason(end.ending()));
    }
  }

  /**
   * Makes sure that a reader can wait for so long.
   *
   * @throws IllegalArgumentException if the time is negative
   */
  static Duration requireTime(Duration time) {
    if (requireNonNull(time, "time").isNegative()) {
      throw new IllegalArgumentException("time: expected no negative time, found " + time);
    }
    return time;
  }

  /** There is no answer, and it is nobody's fault but ours. */
  static IllegalStateException fault(Throwable fault) {
    return new IllegalStateException("the engine is at fault; the stream is over", fault);
  }

  private static EndReason reason(Ending ending) {
    if (ending instanceof Ending.Failed failed) {
      throw failed.exception();
    }
    return ((Ending.Regular) ending).reason();
  }
}
