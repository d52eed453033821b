package dev.tailrace.conformance.unified;

import static dev.tailrace.conformance.unified.client.ClientUnderTest.OFFICIAL_DRIVER;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tailrace.conformance.support.ServerProfile;
import dev.tailrace.conformance.support.TestServer;
import dev.tailrace.conformance.unified.KnownGaps.Gap;
import dev.tailrace.conformance.unified.client.ClientUnderTest;
import dev.tailrace.conformance.unified.format.TestFile;
import dev.tailrace.conformance.unified.format.TestFile.TestCase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/**
 * Plays a suite: every test of it, with one client after the other, on servers that meet the test's
 * requirements, each time on one of its own. What need not pass is said in {@link KnownGaps}.
 */
final class SuitePlayer {

  /** Nothing official takes much longer than the 10 seconds it may wait for an event. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Suite suite;
  private final Judge judge;
  private @Nullable List<TestFile> files;
  private final AtomicInteger passed = new AtomicInteger();
  private final AtomicInteger explained = new AtomicInteger();

  /** Plays a suite whose tests must pass. */
  SuitePlayer(Suite suite) {
    this(suite, (test, run) -> run.execute());
  }

  /** Plays a suite whose tests must do as the judge says. */
  SuitePlayer(Suite suite, Judge judge) {
    this.suite = suite;
    this.judge = judge;
  }

  /** Runs a test, and throws if it did not do what it must. */
  interface Judge {
    void judge(String test, Executable run) throws Throwable;
  }

  /** The whole suite with one client: where it is the engine, the tests with change streams. */
  Stream<DynamicNode> with(ClientUnderTest client) {
    return files().stream()
        .map(
            file ->
                dynamicContainer(
                    file.name(),
                    file.tests().stream()
                        .filter(test -> client == OFFICIAL_DRIVER || test.opensChangeStreams())
                        .flatMap(test -> plays(file, test, client))));
  }

  /** Read once, when first asked for: several clients play the suite side by side. */
  private synchronized List<TestFile> files() {
    if (files == null) {
      files = suite.read();
    }
    return files;
  }

  /** Says how it went, for people. */
  void report() {
    System.out.printf(
        "%s: %d plays passed, %d did not and are listed%n", suite, passed.get(), explained.get());
  }

  private Stream<DynamicTest> plays(TestFile file, TestCase test, ClientUnderTest client) {
    String name = suite.nameOf(file, test);
    List<ServerProfile> servers =
        suite.choose(
            ServerProfile.all().stream()
                .filter(client::reaches)
                .filter(server -> isMetBy(server, file, test))
                .toList());
    return servers.isEmpty()
        ? Stream.of(play(name, client, "no server", SuitePlayer::endForWantOfAServer))
        : servers.stream()
            .map(
                server ->
                    play(
                        name,
                        client,
                        server.name(),
                        () -> judge.judge(name, () -> run(file, test, client, server))));
  }

  private static boolean isMetBy(ServerProfile server, TestFile file, TestCase test) {
    ServerFacts facts = ServerFacts.of(server);
    return facts.meet(file.runOnRequirements()) && facts.meet(test.runOnRequirements());
  }

  /** The fakes are to be such that every test can run; a real server is what it is. */
  private static void endForWantOfAServer() {
    String what = "no server meets the requirements";
    if (ServerProfile.all().stream().noneMatch(ServerProfile::isFake)) {
      abort(what);
    }
    throw new AssertionError(what);
  }

  private static void run(
      TestFile file, TestCase test, ClientUnderTest client, ServerProfile profile)
      throws Exception {
    try (TestServer server = profile.start();
        MongoClient internal = MongoClients.create(server.connectionString());
        TestRun run = new TestRun(file, test, server, internal, client)) {
      run.run();
      if (client != OFFICIAL_DRIVER) { // The driver leaves cursors behind when a connection breaks.
        run.checkThatNoCursorIsLeft();
      }
    }
  }

  private DynamicTest play(String name, ClientUnderTest client, String server, Executable play) {
    String displayName = "%s [%s, %s]".formatted(name, client, server);
    Optional<Gap> gap = KnownGaps.find(name, client.toString(), server);
    return dynamicTest(displayName, () -> check(displayName, gap, play));
  }

  private void check(String displayName, Optional<Gap> gap, Executable play) {
    try {
      assertTimeoutPreemptively(PATIENCE, play);
    } catch (TestAbortedException aborted) {
      throw aborted;
    } catch (Throwable failure) {
      if (gap.isEmpty()) {
        throw new AssertionError(displayName + ": " + failure, failure);
      }
      if (!gap.get().explains(failure)) {
        throw new AssertionError(
            "%s: fails in another way than listed: %s".formatted(displayName, failure), failure);
      }
      explained.incrementAndGet();
      abort(gap.get().reason());
    }
    if (gap.isPresent()) {
      throw new AssertionError(displayName + ": passes, but is listed as " + gap.get());
    }
    passed.incrementAndGet();
  }
}
