package dev.tailrace.conformance.fidelity;

/**
 * How one test went, as surefire reported it.
 *
 * @param className the test's class, by its full name
 * @param name the test's name: its method, and where that runs more than once, what it ran for
 * @param state how it went
 * @param reason why it was skipped; empty where it was not
 */
record Outcome(String className, String name, State state, String reason) {

  enum State {
    PASSED,
    SKIPPED,
    FAILED
  }
}
