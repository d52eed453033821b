package dev.tailrace.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Whole conversations, each a text file that says what goes in and all that comes out.
 *
 * <p>With {@code -Dtailrace.traces=rewrite} the files are written anew from what the machine does;
 * the difference is then to be read like code.
 */
class TraceTest {

  private static final Path TRACES = Path.of("src/test/resources/dev/tailrace/engine/core/traces");
  private static final boolean REWRITE = "rewrite".equals(System.getProperty("tailrace.traces"));

  @TestFactory
  Stream<DynamicTest> conversations() throws IOException {
    return files().stream()
        .map(file -> dynamicTest(file.getFileName().toString(), file.toUri(), () -> check(file)));
  }

  /** Every arrow of the diagram on {@link ChangeStreamMachine} is taken by some conversation. */
  @Test
  void everyArrowOfTheStateDiagramIsTaken() throws IOException {
    Set<String> taken = new TreeSet<>();
    for (Path file : files()) {
      Conversation conversation = new Conversation();
      play(file, conversation);
      taken.addAll(conversation.arrowsTaken());
    }
    assertThat(taken)
        .containsExactlyInAnyOrder(
            "New -> Aggregating",
            "New -> Ended",
            "Aggregating -> Aggregating",
            "Aggregating -> Streaming",
            "Aggregating -> Interrupted",
            "Aggregating -> Ended",
            "Streaming -> Streaming",
            "Streaming -> Interrupted",
            "Streaming -> Ended",
            "Interrupted -> Aggregating",
            "Interrupted -> Ended");
  }

  private static void check(Path file) throws IOException {
    String expected = Files.readString(file);
    String actual = play(file, new Conversation());
    if (REWRITE) {
      Files.writeString(file, actual);
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  /** The file as it would be written now. */
  private static String play(Path file, Conversation conversation) throws IOException {
    List<String> out = new ArrayList<>();
    boolean inOutput = false;
    for (String line : Files.readAllLines(file)) {
      if (line.isBlank()) {
        inOutput = false;
        out.add("");
      } else if (line.startsWith("#") && !inOutput) {
        out.add(line);
      } else if (line.equals("----")) {
        inOutput = true;
      } else if (!inOutput) {
        out.add(line);
        List<String> said = say(conversation, line, out);
        if (!said.isEmpty()) {
          out.add("----");
          out.addAll(said);
          inOutput = true;
        }
      }
    }
    return String.join("\n", out) + "\n";
  }

  private static List<String> say(Conversation conversation, String line, List<String> before) {
    try {
      return conversation.say(line);
    } catch (RuntimeException impossible) {
      throw new AssertionError("cannot be said here:\n" + String.join("\n", before), impossible);
    }
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(TRACES)) {
      return files.filter(file -> file.toString().endsWith(".trace")).sorted().toList();
    }
  }
}
