package dev.tailrace.engine.face.undertest;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A call that a face may take a while to answer.
 *
 * @param answer what comes of it
 * @param withdrawal how this face's users say that they wait no longer: they interrupt the thread,
 *     cancel the stage, or cancel the subscription
 */
public record Call<T>(CompletableFuture<T> answer, Runnable withdrawal) {

  /** Long enough for the slowest machine: whoever waits as long has found a stream that hangs. */
  private static final long PATIENCE_SECONDS = 60;

  /** A call that nobody withdraws. */
  public static <T> Call<T> answered(CompletableFuture<T> answer) {
    return new Call<>(answer, () -> {});
  }

  /** Waits for the answer; throws what the face has thrown or signalled. */
  public T get() throws InterruptedException {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      if (failed.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw new AssertionError("no face throws that", failed);
    } catch (TimeoutException hangs) {
      throw new AssertionError("no answer in " + PATIENCE_SECONDS + " seconds", hangs);
    }
  }

  /** Whether there is an answer. */
  public boolean isAnswered() {
    return answer.isDone();
  }

  /** Waits no longer for the answer. */
  public void withdraw() {
    withdrawal.run();
  }
}
