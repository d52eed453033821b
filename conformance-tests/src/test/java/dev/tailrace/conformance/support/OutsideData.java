package dev.tailrace.conformance.support;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Data that the project does not own, read where it lies: system properties say where.
 *
 * <p>Where it is missing, the test that asks for it is skipped with that reason; where the
 * environment variable {@code CI} is {@code true}, it fails.
 */
public final class OutsideData {

  private OutsideData() {}

  /**
   * A file or directory that is there.
   *
   * @param property the system property that says where the data is, such as {@code
   *     tailrace.golden}
   * @param inside the path from there
   */
  public static Path require(String property, String inside) {
    Path path = Path.of(System.getProperty(property, "none"), inside);
    if (!Files.exists(path)) {
      String reason = "there is no %s; say where it is with -D%s".formatted(path, property);
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      abort(reason);
    }
    return path;
  }
}
