package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/**
 * What a stream does when the server no longer has the history from which it would go on, so that
 * events may be lost. Whatever it is, the listener hears of it: {@link StreamEvent.HistoryLost}.
 *
 * <p>A stream starts anew at most once without progress in between: history that is lost again at
 * once ends it.
 */
public sealed interface HistoryLostPolicy {

  /** The stream ends with {@link ChangeStreamException.HistoryLost}: the default. */
  static HistoryLostPolicy fail() {
    return Restart.NOT_AT_ALL;
  }

  /**
   * The stream starts anew at the cluster time of its last token. What the server still has from
   * then on is not lost, but what came at that very time may come again. Where the token does not
   * say its time, and where the server no longer has that time either, the stream ends.
   */
  static HistoryLostPolicy restartAtTokenTime() {
    return Restart.AT_TOKEN_TIME;
  }

  /** The stream starts anew with what happens from now on; what was in between is lost. */
  static HistoryLostPolicy restartNow() {
    return Restart.NOW;
  }

  /**
   * A handler decides each time. It is given the error, which carries the last token and its
   * cluster time. It must not block; if it throws, the stream ends with the error.
   */
  static HistoryLostPolicy ask(Function<ChangeStreamException.HistoryLost, Restart> handler) {
    return new Ask(handler);
  }

  /** A decision that is made. */
  enum Restart implements HistoryLostPolicy {
    /** The stream ends. */
    NOT_AT_ALL,
    /** It starts anew at the cluster time of its last token. */
    AT_TOKEN_TIME,
    /** It starts anew with what happens from now on. */
    NOW
  }

  /**
   * A decision that is made each time.
   *
   * @param handler makes it
   */
  record Ask(Function<ChangeStreamException.HistoryLost, Restart> handler)
      implements HistoryLostPolicy {
    public Ask {
      requireNonNull(handler, "handler");
    }
  }
}
