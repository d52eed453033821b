package dev.tailrace.engine.token;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Data that the project does not own and so may be missing. */
final class ReferenceData {

  private ReferenceData() {}

  /** Skips the test if the file is not there; on CI, where it must be, goes on and fails. */
  static void require(Path file) {
    boolean isCi = "true".equals(System.getenv("CI"));
    assumeTrue(isCi || Files.exists(file), () -> "there is no " + file);
  }
}
