package dev.tailrace.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the command is started.
 *
 * <p>From the jar that the system property {@code tailrace.jar} names, as the script at the root
 * does. Without that property from this process's own class path, which is for the tests of the
 * command itself: they run before there is a jar.
 */
final class CommandLines {

  private static final String JAR = "tailrace.jar";
  private static final String MAIN = "dev.tailrace.cli.Tailrace";

  /** They live for seconds: what takes longer to start than it ever saves is left out. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

  /** A shell may have told its children to ignore SIGINT, which they hand down. */
  private static final List<String> HEEDING_SIGNALS = List.of("env", "--default-signal=INT");

  private static final boolean HAS_HEEDING_SIGNALS = works(HEEDING_SIGNALS);

  private CommandLines() {}

  /**
   * The words that start the command.
   *
   * @throws AssertionError if there is no jar where the property says
   */
  static List<String> of(List<String> arguments) {
    List<String> words = new ArrayList<>(HAS_HEEDING_SIGNALS ? HEEDING_SIGNALS : List.of());
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(SHORT_LIVED);
    words.addAll(program());
    words.addAll(arguments);
    return words;
  }

  private static List<String> program() {
    String jar = System.getProperty(JAR);
    if (jar == null) {
      return List.of("-cp", System.getProperty("java.class.path"), MAIN);
    }
    if (!Files.isRegularFile(Path.of(jar))) {
      throw new AssertionError(
          "no %s: it is made in Maven's phase package, so run mvn verify, not mvn test"
              .formatted(jar));
    }
    return List.of("-jar", jar);
  }

  private static boolean works(List<String> wrapper) {
    List<String> words = new ArrayList<>(wrapper);
    words.add("true");
    try {
      return new ProcessBuilder(words)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException unknown) {
      return false;
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
