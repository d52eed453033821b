package dev.tailrace.conformance.unified;

/** The official tests of the change-streams specification. */
class ChangeStreamsTest extends SuiteTest {

  ChangeStreamsTest() {
    super(Suite.CHANGE_STREAMS);
  }
}
