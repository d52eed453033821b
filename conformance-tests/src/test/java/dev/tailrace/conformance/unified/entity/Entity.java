package dev.tailrace.conformance.unified.entity;

import dev.tailrace.conformance.unified.format.Fields;
import java.util.concurrent.Callable;

/** Something that tests know by name and do things to. */
public interface Entity {

  /**
   * Makes an operation ready to run. What is wrong with the test shows here, what is wrong with the
   * operation when it runs: only the latter may be expected by the test, or ignored.
   *
   * @param operation the operation's name
   * @param arguments its arguments; what is not read is not supported
   * @return the operation
   * @throws dev.tailrace.conformance.unified.format.UnrunnableTestException if there is no such
   *     operation, or the arguments are not what it takes
   */
  Callable<Result> prepare(String operation, Fields arguments);

  /** Frees what the entity holds. */
  void close();
}
