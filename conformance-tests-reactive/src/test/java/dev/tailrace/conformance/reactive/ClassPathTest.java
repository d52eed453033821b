package dev.tailrace.conformance.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The driver runs with the core of its own release, and with nothing of ours in its process. */
class ClassPathTest {

  @Test
  void holdsOneReleaseOfTheDriverAndNoneOfOurProducts() {
    List<String> files =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).getFileName().toString())
            .toList();

    assertThat(files)
        .filteredOn(file -> file.startsWith("mongodb-") || file.startsWith("bson"))
        .containsExactlyInAnyOrder(
            "mongodb-driver-reactivestreams-5.8.0.jar",
            "mongodb-driver-core-5.8.0.jar",
            "bson-5.8.0.jar",
            "bson-record-codec-5.8.0.jar");
    assertThat(List.of("engine.ChangeStreams", "fakeserver.FakeReplicaSet", "cli.Tailrace"))
        .noneMatch(ClassPathTest::isHere);
  }

  private static boolean isHere(String ours) {
    try {
      Class.forName("dev.tailrace." + ours);
      return true;
    } catch (ClassNotFoundException elsewhere) {
      return false;
    }
  }
}
