package dev.tailrace.conformance.readme;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's programs run and do what it says there, and the rest of its code compiles. */
class ReadmeTest {

  private static final Path README = Path.of("..", "README.md");
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("^class (\\w+) ", Pattern.MULTILINE);

  private final Path classes;

  ReadmeTest(@TempDir Path classes) {
    this.classes = classes;
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
  void everyProgramIsRunHere() throws IOException {
    assertThat(programs())
        .extracting(ReadmeTest::nameOf)
        .filteredOn(name -> !name.isEmpty())
        .containsExactly("Orders", "Faces");
  }

  @Test
  void theRestCompiles() throws IOException {
    List<String> rest = programs().stream().filter(each -> nameOf(each).isEmpty()).toList();
    assertThat(rest).isNotEmpty();
    for (String body : rest) {
      compile(
          "Snippet",
          """
          import dev.tailrace.fakeserver.*;
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
    compile(name, program);
    return run(name);
  }

  private static List<String> programs() throws IOException {
    List<String> programs = new ArrayList<>();
    Matcher found = JAVA.matcher(Files.readString(README));
    while (found.find()) {
      programs.add(found.group(1));
    }
    return programs;
  }

  private void compile(String className, String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                complaints,
                null,
                null,
                List.of("--release", "17", "-proc:none", "-cp", classPath(), "-d", "" + classes),
                null,
                List.of(new Source(className, source)))
            .call();
    assertThat(compiled).as("%s%n%s", complaints, source).isTrue();
  }

  private List<String> run(String className) throws IOException, InterruptedException {
    Path output = classes.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes + System.getProperty("path.separator") + classPath(),
                className)
            .redirectOutput(output.toFile())
            .redirectError(classes.resolve("errors").toFile())
            .start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ends").isTrue();
      assertThat(process.exitValue()).as(() -> "exit status; " + errors()).isZero();
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(output, UTF_8);
  }

  private String errors() {
    try {
      return Files.readString(classes.resolve("errors"));
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** A source file that is in memory only. */
  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
