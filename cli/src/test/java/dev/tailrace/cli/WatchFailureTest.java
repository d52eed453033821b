package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.tailrace.cli.process.TailraceProcess;
import dev.tailrace.fakeserver.FakeReplicaSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A watch that fails says why in one line, and ends with status 1; so does a demonstration. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WatchFailureTest {

  private static final int UNAUTHORIZED = 13;

  @Test
  void aSingleServerHasNoChangeStreams() {
    try (FakeReplicaSet single = FakeReplicaSet.builder().standalone().start()) {
      String address = single.member(0).address();
      assertFails("Refused", "40573", address, Run.of("watch", single.connectionString()));
    }
  }

  @Test
  void nobodyIsThere() throws IOException {
    String address = nobodysAddress();
    String uri = "mongodb://%s/?serverSelectionTimeoutMS=200".formatted(address);

    Run run = Run.of("watch", uri);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(3);
    assertThat(run.err())
        .startsWith("connecting to " + address + " ...")
        .contains(address + " cannot be used: ConnectException: ")
        .contains("tailrace: Unreachable: ");
  }

  @Test
  void theServerIsLostForAWhile() {
    try (FakeReplicaSet set = FakeReplicaSet.start(1);
        TailraceProcess watch = TailraceProcess.start("watch", set.connectionString())) {
      String address = set.member(0).address();
      watch.errorLine("watching ");

      set.member(0).crash();

      assertThat(watch.errorLine(address + " cannot be used: ")).isNotEmpty();
    }
  }

  @Test
  void whatIsDoubtfulInTheConnectionStringIsSaid() throws IOException {
    String uri =
        "mongodb://%s/?serverSelectionTimeoutMS=200&repliaSet=x".formatted(nobodysAddress());
    assertThat(Run.of("watch", uri).err()).containsPattern("connection string: .*repliaSet");
  }

  @Test
  void aDemonstrationDoesNotBeginWhereNobodyIsThere() throws IOException {
    String address = nobodysAddress();
    String uri = "mongodb://%s/?serverSelectionTimeoutMS=200".formatted(address);
    assertFails(
        "cannot reach the deployment at --uri", address, address, Run.of("demo", "--uri", uri));
  }

  @Test
  void aTokenThatOpensNoStreamIsNotRecommended() {
    try (FakeReplicaSet set = FakeReplicaSet.start(1)) {
      Run run = Run.of("watch", set.connectionString(), "--resume-after", "abc");
      assertFails("Refused", "hex", set.member(0).address(), run);
    }
  }

  @Test
  void theServerEndsAnOpenStream() {
    try (FakeReplicaSet set = FakeReplicaSet.start(1)) {
      set.faults().on("getMore").fail(UNAUTHORIZED);
      try (TailraceProcess watch = TailraceProcess.start("watch", set.connectionString())) {
        watch.errorLine("watching ");
        assertThat(watch.errorLine("tailrace: Refused: ")).contains("13");
        assertThat(watch.errorLine("go on with --resume-after ")).isNotEmpty();
        assertThat(watch.exitStatus()).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mongodb://user:sesame@127.0.0.1:1/?tls=maybe",
        "mongodb://user:ses%zzame@127.0.0.1:1/",
        "mongodb://user:sesame@",
        "mongodb://user:sesame:x@y",
        "mongodb+srv://user:sesame@example.test:1/",
        "http://user:sesame@127.0.0.1:1/",
        "user:sesame@127.0.0.1"
      })
  void anAddressThatIsRefusedIsNotRepeated(String uri) {
    for (Run run : new Run[] {Run.of("watch", uri), Run.of("demo", "--events=1", "--uri", uri)}) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).startsWith("tailrace: ").hasLineCount(1);
      assertThat(run.out() + run.err()).doesNotContain("sesame").doesNotContain("ses%");
    }
  }

  @Test
  void aPasswordForNobodyIsNotRepeated() throws IOException {
    String uri =
        "mongodb://user:sesame@%s/?serverSelectionTimeoutMS=200".formatted(nobodysAddress());
    Run run = Run.of("watch", uri);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out() + run.err()).contains("Unreachable").doesNotContain("sesame");
  }

  /** A port was free a moment ago, and is not handed out again so soon. */
  private static String nobodysAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private static void assertFails(String what, String reason, String address, Run run) {
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .hasSize(2)
        .startsWith("connecting to " + address + " ...")
        .last(STRING)
        .startsWith("tailrace: " + what + ": ")
        .contains(reason);
  }
}
