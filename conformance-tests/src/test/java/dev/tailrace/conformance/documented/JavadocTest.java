package dev.tailrace.conformance.documented;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs in the Javadoc run, each in its surroundings, and do what is said there. */
class JavadocTest {

  private static final List<String> MODULES =
      List.of("engine", "wire", "driver-transport", "fake-server");
  private static final Pattern PROGRAM =
      Pattern.compile("<pre>\\s*\\*?\\s*\\{@code\\s(.*?)\\}[\\s*]*</pre>", Pattern.DOTALL);
  private static final Pattern MARGIN = Pattern.compile("^ *\\* ?", Pattern.MULTILINE);

  private static final String INSERT = "{insert: 'orders', documents: [{_id: 1}]}";

  private final ProgramRunner runner;

  JavadocTest(@TempDir Path classes) {
    runner = new ProgramRunner(classes);
  }

  /**
   * A program of the Javadoc.
   *
   * @param place the class whose Javadoc it is, and which of its programs, from 1
   */
  private record Program(String place, String text) {}

  @Test
  void theLoopPrintsEventsUntilTheStreamIsOver() throws Exception {
    List<String> lines =
        runInSurroundings("ChangeStreams 1", "1, \"%s\", \"{drop: 'orders'}\"".formatted(INSERT));

    assertThat(lines)
        .map(JavadocTest::operationType)
        .containsExactly("insert", "drop", "invalidate");
  }

  @Test
  void theOtherFacesPrintAnEventEach() throws Exception {
    List<String> lines = runInSurroundings("ChangeStreams 2", "2, \"%s\"".formatted(INSERT));

    assertThat(lines.stream().sorted()) // Nobody says who is the first.
        .satisfiesExactly(
            line -> assertThat(line).matches("Event\\[value=\\{.*\"insert\".*}]"),
            line -> assertThat(operationType(line)).isEqualTo("insert"));
  }

  @Test
  void theFakeSetBreaksAConnectionOfTheCodeUnderTest() throws Exception {
    List<String> lines =
        runner.compileAndRun(
            "Program",
            """
            import static org.assertj.core.api.Assertions.assertThat;

            import com.mongodb.client.MongoClients;
            import dev.tailrace.fakeserver.FakeReplicaSet;
            import org.bson.Document;

            class Program {
              public static void main(String[] arguments) {
                %s
              }

              static void watchTwoOrders(String connectionString) {
                try (var driver = MongoClients.create(connectionString)) {
                  var orders = driver.getDatabase("shop").getCollection("orders");
                  try (var stream = orders.watch().cursor()) {
                    for (int id = 1; id <= 2; id++) {
                      orders.insertOne(new Document("_id", id));
                      System.out.println(stream.next().getDocumentKey());
                    }
                  }
                }
              }
            }
            """
                .formatted(textOf("FakeReplicaSet 1")));

    assertThat(lines).containsExactly("{\"_id\": 1}", "{\"_id\": 2}");
  }

  @Test
  void everyProgramIsRunHere() throws IOException {
    assertThat(programs())
        .extracting(Program::place)
        .containsExactlyInAnyOrder("ChangeStreams 1", "ChangeStreams 2", "FakeReplicaSet 1");
  }

  private static String operationType(String event) {
    return BsonDocument.parse(event).getString("operationType").getValue();
  }

  /**
   * Runs a program of the engine's Javadoc.
   *
   * @param howToPlay the arguments for {@link Surroundings#play}
   */
  private List<String> runInSurroundings(String place, String howToPlay)
      throws IOException, InterruptedException {
    return runner.compileAndRun(
        "Program",
        """
        import dev.tailrace.conformance.documented.Surroundings;
        import dev.tailrace.engine.*;
        import dev.tailrace.engine.event.*;
        import org.bson.RawBsonDocument;

        class Program extends Surroundings {
          public static void main(String[] arguments) throws Exception {
            new Program().play(%s);
          }

          protected void program() throws Exception {
            %s
          }
        }
        """
            .formatted(howToPlay, textOf(place)));
  }

  private static String textOf(String place) throws IOException {
    return programs().stream()
        .filter(program -> program.place().equals(place))
        .findFirst()
        .orElseThrow()
        .text();
  }

  /** The programs in the Javadoc of all that users get. */
  private static List<Program> programs() throws IOException {
    List<Program> programs = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          programs.addAll(programsOf(file));
        }
      }
    }
    return programs;
  }

  private static List<Program> programsOf(Path file) throws IOException {
    List<Program> programs = new ArrayList<>();
    String className = file.getFileName().toString().replace(".java", "");
    Matcher found = PROGRAM.matcher(Files.readString(file));
    while (found.find()) {
      programs.add(
          new Program(
              className + " " + (programs.size() + 1),
              MARGIN.matcher(found.group(1)).replaceAll("")));
    }
    return programs;
  }
}
