package dev.tailrace.engine.face.undertest;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.StreamEvent;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Every face there is. */
public enum FaceUnderTest {
  BLOCKING {
    @Override
    public <T> Call<StreamUnderTest<T>> open(
        ChangeStreams<T> watch, Consumer<StreamEvent> listener, Executor threads) {
      return BlockingUnderTest.open(watch.listener(listener), threads);
    }
  },

  ASYNC {
    @Override
    public <T> Call<StreamUnderTest<T>> open(
        ChangeStreams<T> watch, Consumer<StreamEvent> listener, Executor threads) {
      return AsyncUnderTest.open(watch.listener(listener));
    }
  },

  FLOW {
    @Override
    public <T> Call<StreamUnderTest<T>> open(
        ChangeStreams<T> watch, Consumer<StreamEvent> listener, Executor threads) {
      return FlowUnderTest.open(watch, listener);
    }
  };

  /** Opens a stream with this face. A call that waits does so on a thread of its own. */
  public <T> Call<StreamUnderTest<T>> open(ChangeStreams<T> watch, Consumer<StreamEvent> listener) {
    return open(watch, listener, FaceUnderTest::onThread);
  }

  /**
   * Opens a stream with this face.
   *
   * @param listener the stream's; the one that {@code watch} has is not used
   * @param threads runs the calls that wait, of a face that has them; where it runs them at once,
   *     they are answered when they return
   */
  public abstract <T> Call<StreamUnderTest<T>> open(
      ChangeStreams<T> watch, Consumer<StreamEvent> listener, Executor threads);

  private static void onThread(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether a call that is withdrawn leaves the stream open. */
  public boolean outlivesItsCalls() {
    return this != FLOW;
  }

  /** Whether the next {@code getMore} goes out ahead, where the options do not say. */
  public boolean prefetches() {
    return this != BLOCKING;
  }
}
