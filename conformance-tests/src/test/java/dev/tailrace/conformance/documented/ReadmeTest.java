package dev.tailrace.conformance.documented;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The READMEs' programs run and do what it says there, and the rest of their code compiles. */
class ReadmeTest {

  private static final List<Path> READMES =
      List.of(Path.of("..", "README.md"), Path.of("..", "wire", "README.md"));
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("^class (\\w+) ", Pattern.MULTILINE);

  private final ProgramRunner runner;

  ReadmeTest(@TempDir Path classes) {
    runner = new ProgramRunner(classes);
  }

  @Test
  void theFirstProgramRuns() throws Exception {
    List<String> lines = compileAndRun("Orders");

    assertThat(lines).hasSize(3);
    BsonDocument insert = BsonDocument.parse(lines.get(0));
    assertThat(insert.getString("operationType").getValue()).isEqualTo("insert");
    assertThat(insert.getDocument("fullDocument"))
        .isEqualTo(BsonDocument.parse("{_id: 1, item: 'tea'}"));
    BsonDocument update = BsonDocument.parse(lines.get(1));
    assertThat(update.getString("operationType").getValue()).isEqualTo("update");
    assertThat(update.getDocument("updateDescription").getDocument("updatedFields"))
        .isEqualTo(BsonDocument.parse("{item: 'coffee'}"));
    assertThat(lines.get(2))
        .isEqualTo("go on from " + update.getDocument("_id").getString("_data").getValue());
  }

  @Test
  void theProgramOfTheOtherFacesRuns() throws Exception {
    assertThat(compileAndRun("Faces"))
        .containsExactly(
            "Event[value=Change[operationType=insert, fullDocument=Order[item=tea]]]",
            "Change[operationType=insert, fullDocument=Order[item=coffee]]");
  }

  @Test
  void theProgramOfTheTransportRuns() throws Exception {
    List<String> lines = compileAndRun("Observed");

    String connected = "connected to 127.0.0.1:";
    assertThat(lines).first(STRING).startsWith(connected);
    // What closing sends may take a connection more.
    assertThat(lines).filteredOn(line -> !line.startsWith(connected)).containsExactly("1.0");
  }

  @Test
  void everyProgramIsRunHere() throws IOException {
    assertThat(programs())
        .extracting(ReadmeTest::nameOf)
        .filteredOn(name -> !name.isEmpty())
        .containsExactly("Orders", "Faces", "Observed");
  }

  @Test
  void theRestCompiles() throws IOException {
    List<String> rest = programs().stream().filter(each -> nameOf(each).isEmpty()).toList();
    assertThat(rest).isNotEmpty();
    for (String body : rest) {
      runner.compile(
          "Snippet",
          """
          import dev.tailrace.fakeserver.*;
          import dev.tailrace.wire.event.*;
          import dev.tailrace.wire.tcp.*;
          class Snippet {
            void snippet() throws Exception {
              %s
            }
          }
          """
              .formatted(body));
    }
  }

  /** The class that a program is; empty for a few lines that are none. */
  private static String nameOf(String program) {
    Matcher name = CLASS.matcher(program);
    return name.find() ? name.group(1) : "";
  }

  private List<String> compileAndRun(String name) throws IOException, InterruptedException {
    String program =
        programs().stream().filter(each -> nameOf(each).equals(name)).findFirst().orElseThrow();
    return runner.compileAndRun(name, program);
  }

  private static List<String> programs() throws IOException {
    List<String> programs = new ArrayList<>();
    for (Path readme : READMES) {
      Matcher found = JAVA.matcher(Files.readString(readme));
      while (found.find()) {
        programs.add(found.group(1));
      }
    }
    return programs;
  }
}
