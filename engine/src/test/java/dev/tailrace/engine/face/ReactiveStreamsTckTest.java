package dev.tailrace.engine.face;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testng.ITestResult;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/**
 * Runs the Reactive Streams TCK, which is written for TestNG, and looks at every one of its
 * results: a rule that was skipped has not been kept. Started from here, and not by an engine of
 * its own, so that no change of the build can leave it out unseen.
 */
class ReactiveStreamsTckTest {

  /** Signals on whatever thread is at work, which is always the subscriber's own here. */
  public static final class OnTheCallersThread extends PublisherRules {
    public OnTheCallersThread() {
      super(Runnable::run, Runnable::run, /* timeoutMillis= */ 1000); // No thread to wait for.
    }
  }

  /** Signals on many threads, and answers on others. */
  public static final class OnManyThreads extends PublisherRules {
    private static final ExecutorService SIGNALS = daemons();
    private static final ExecutorService SERVER = daemons();

    public OnManyThreads() {
      super(SIGNALS, SERVER, /* timeoutMillis= */ 5000);
    }

    private static ExecutorService daemons() {
      return Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
          });
    }
  }

  /** What the TCK lists and has no test for; no optional rule is among them. */
  private static final List<String> WITHOUT_A_TEST =
      List.of(
          "untested_spec106_mustConsiderSubscriptionCancelledAfterOnErrorOrOnCompleteHasBeenCalled",
          "untested_spec107_mustNotEmitFurtherSignalsOnceOnErrorHasBeenSignalled",
          "untested_spec108_possiblyCanceledSubscriptionShouldNotReceiveOnErrorOrOnCompleteSignals",
          "untested_spec109_subscribeShouldNotThrowNonFatalThrowable",
          "untested_spec110_rejectASubscriptionRequestIfTheSameSubscriberSubscribesTwice",
          "untested_spec304_requestShouldNotPerformHeavyComputations",
          "untested_spec305_cancelMustNotSynchronouslyPerformHeavyComputation");

  /** How many there are in the release of the TCK that the build names. */
  private static final int RULES = 31;

  @ParameterizedTest
  @ValueSource(classes = {OnTheCallersThread.class, OnManyThreads.class})
  void everyRuleIsKept(Class<? extends PublisherRules> rules) {
    TestListenerAdapter results = run(rules);
    List<String> passed = names(results.getPassedTests());
    List<String> skipped = names(results.getSkippedTests());
    System.out.printf(
        "Reactive Streams TCK, %s: %d rules kept, %d failed, %d skipped%n",
        rules.getSimpleName(), passed.size(), results.getFailedTests().size(), skipped.size());

    assertThat(results.getConfigurationFailures()).isEmpty();
    assertThat(results.getFailedTests())
        .as("failed")
        .extracting(failed -> failed.getName() + ": " + failed.getThrowable())
        .isEmpty();
    assertThat(skipped).as("skipped").containsExactlyElementsOf(WITHOUT_A_TEST);
    assertThat(passed).as("kept").hasSize(RULES);
  }

  private static TestListenerAdapter run(Class<?> rules) {
    TestListenerAdapter results = new TestListenerAdapter();
    TestNG suite = new TestNG(/* useDefaultListeners= */ false);
    suite.setVerbose(0);
    suite.setTestClasses(new Class<?>[] {rules});
    suite.addListener(results);
    suite.run();
    return results;
  }

  private static List<String> names(List<ITestResult> results) {
    return results.stream().map(ITestResult::getName).sorted().toList();
  }
}
