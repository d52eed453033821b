package dev.tailrace.conformance.documented;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles programs with the class path of the tests, and runs them in processes of their own.
 *
 * @param classes the directory for what it makes
 */
record ProgramRunner(Path classes) {

  /**
   * Compiles a class, and runs it.
   *
   * @return the lines that it prints
   */
  List<String> compileAndRun(String className, String source)
      throws IOException, InterruptedException {
    compile(className, source);
    return run(className);
  }

  /** Compiles a class, which must be possible. */
  void compile(String className, String source) {
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
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(() -> "ends; " + errors()).isTrue();
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
