package dev.tailrace.engine.face.undertest;

import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.StreamEvent;
import java.util.function.Consumer;

/** Every face there is. */
public enum FaceUnderTest {
  BLOCKING {
    @Override
    public <T> Call<StreamUnderTest<T>> open(
        ChangeStreams<T> watch, Consumer<StreamEvent> listener) {
      return BlockingUnderTest.open(watch.listener(listener));
    }
  },

  ASYNC {
    @Override
    public <T> Call<StreamUnderTest<T>> open(
        ChangeStreams<T> watch, Consumer<StreamEvent> listener) {
      return AsyncUnderTest.open(watch.listener(listener));
    }
  },

  FLOW {
    @Override
    public <T> Call<StreamUnderTest<T>> open(
        ChangeStreams<T> watch, Consumer<StreamEvent> listener) {
      return FlowUnderTest.open(watch, listener);
    }
  };

  /** Opens a stream with this face. */
  public abstract <T> Call<StreamUnderTest<T>> open(
      ChangeStreams<T> watch, Consumer<StreamEvent> listener);

  /** Whether a call that is withdrawn leaves the stream open. */
  public boolean outlivesItsCalls() {
    return this != FLOW;
  }

  /** Whether the next {@code getMore} goes out ahead, where the options do not say. */
  public boolean prefetches() {
    return this != BLOCKING;
  }
}
