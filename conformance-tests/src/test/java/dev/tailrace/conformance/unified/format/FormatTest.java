package dev.tailrace.conformance.unified.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.Specifications;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/** Which files are test files, and which are not. */
class FormatTest {

  private static final String FORMAT = "unified-test-format/tests";

  private final TestFileReader reader = new TestFileReader();

  @Test
  void everyInvalidFileIsRefusedByTheSchema() throws IOException {
    Map<Path, String> refusals = refusals(Specifications.files(FORMAT + "/invalid"));
    assertThat(refusals.values())
        .allSatisfy(why -> assertThat(why).startsWith("breaks the schema"));
    System.out.printf("unified test format: %d invalid files refused%n", refusals.size());
  }

  /** Every suite's files, of which one names a version that never was. */
  @Test
  void everyOtherUnifiedFileIsAccepted() throws IOException {
    Map<Path, String> refusals = refusals(unifiedFiles());
    refusals.values().removeIf(""::equals);
    assertThat(refusals).hasSize(1).containsValue("there is no schema of version 0.1");
    System.out.printf(
        "unified test format: %d files accepted%n", unifiedFiles().size() - refusals.size());
  }

  private static List<Path> unifiedFiles() throws IOException {
    List<Path> unified = new ArrayList<>();
    for (Path file : Specifications.filesBelow(".")) {
      String text = Files.readString(file);
      if (!file.toString().contains("/invalid/")
          && text.startsWith("{")
          && BsonDocument.parse(text).containsKey("schemaVersion")) {
        unified.add(file);
      }
    }
    return unified;
  }

  /** Why each file is refused; empty for those that are not. */
  private Map<Path, String> refusals(List<Path> files) throws IOException {
    Map<Path, String> refusals = new LinkedHashMap<>();
    for (Path file : files) {
      try {
        reader.read(file);
        refusals.put(file, "");
      } catch (RefusedFileException refused) {
        refusals.put(file, String.valueOf(refused.getMessage()));
      }
    }
    return refusals;
  }
}
