package dev.tailrace.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code main} of this class path in a process of its own, which prints one line that its parent
 * waits for. It ends when it is closed, and with the parent at the latest.
 */
public final class ChildProcess implements AutoCloseable {

  /**
   * The same for all: a heap that a live set of a few batches never fills, whose memory the machine
   * has handed out before anything is measured, and the collector whose costs all fall into the
   * processor time of the process that makes the garbage.
   */
  public static final List<String> JVM_FLAGS =
      List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch", "-XX:+UseParallelGC");

  private static final long PATIENCE_SECONDS = 600;

  private final String name;
  private final Process process;

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /** Starts a process. */
  public static ChildProcess start(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.addAll(List.of("-classpath", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new ChildProcess(main.getSimpleName() + " " + List.of(arguments), process);
  }

  /**
   * Waits for the line that the process prints.
   *
   * @throws IllegalStateException if it prints none, or none in time
   */
  public String line() throws IOException, InterruptedException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!out.ready()) { // A line is short: where it has begun, the rest of it is there too.
      if (System.nanoTime() > untilNanos || (!process.isAlive() && !out.ready())) {
        throw new IllegalStateException(
            name + (process.isAlive() ? " printed nothing in time" : " ended and printed nothing"));
      }
      process.waitFor(10, TimeUnit.MILLISECONDS);
    }
    return out.readLine();
  }

  /** The number by which the system knows it. */
  public long pid() {
    return process.pid();
  }

  /** Ends the process, and waits until it takes no more of the machine. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
