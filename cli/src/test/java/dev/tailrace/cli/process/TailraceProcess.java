package dev.tailrace.cli.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The {@code tailrace} command, running. Everything that waits here fails with an {@link
 * AssertionError} that shows what the process has printed, rather than wait for ever.
 */
public final class TailraceProcess implements AutoCloseable {

  /** Much longer than anything takes here, also on a busy machine. */
  private static final long PATIENCE_SECONDS = 60;

  /** Stands for the end of the output; a line read never holds a line's end. */
  private static final String END = "\n";

  private final Process process;
  private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> err = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();

  private TailraceProcess(List<String> words) {
    try {
      process = new ProcessBuilder(words).start();
    } catch (IOException notStarted) {
      throw new UncheckedIOException(notStarted);
    }
    read(process.getInputStream(), out, "out");
    read(process.getErrorStream(), err, "err");
  }

  /** Starts the command with these arguments. */
  public static TailraceProcess start(String... arguments) {
    return new TailraceProcess(CommandLines.of(List.of(arguments)));
  }

  /**
   * Starts the command in a shell's pipe: {@code tailrace arguments | consumer}. The last line of
   * the output is {@code status N}, the command's own.
   */
  public static TailraceProcess startPipedTo(String consumer, String... arguments) {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            "bash", "-c", "\"$@\" | " + consumer + "; echo \"status ${PIPESTATUS[0]}\"", "pipe"));
    words.addAll(CommandLines.of(List.of(arguments)));
    return new TailraceProcess(words);
  }

  private void read(InputStream printed, BlockingQueue<String> lines, String name) {
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader text =
                  new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8))) {
                text.lines().forEach(line -> keep(line, lines, name));
              } catch (IOException | UncheckedIOException ended) {
                // The same as its end.
              }
              lines.add(END);
            },
            "std" + name + " of process " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void keep(String line, BlockingQueue<String> lines, String name) {
    synchronized (seen) {
      seen.add(name + "> " + line);
    }
    lines.add(line);
  }

  /** The next line on standard output. */
  public String nextLine() {
    String line = take(out);
    if (line.equals(END)) {
      throw failure("no further line on standard output");
    }
    return line;
  }

  /** Whether standard output has a line, or its end, that was not taken yet. */
  public boolean hasMore() {
    return !out.isEmpty();
  }

  /** Reads standard error up to the first line that begins so, and gives what follows there. */
  public String errorLine(String prefix) {
    for (String line = take(err); !line.equals(END); line = take(err)) {
      if (line.startsWith(prefix)) {
        return line.substring(prefix.length());
      }
    }
    throw failure("no line on standard error that begins with: " + prefix);
  }

  /** What is left to read on standard output, up to its end. */
  public List<String> restOfOutput() {
    return rest(out);
  }

  /** What is left to read on standard error, up to its end. */
  public List<String> restOfErrors() {
    return rest(err);
  }

  /** Sends a signal, such as {@code INT}. */
  public void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException noSuchProgram) {
      throw new UncheckedIOException(noSuchProgram);
    } catch (InterruptedException impatient) {
      throw interrupted();
    }
  }

  /** Waits for the end; the exit status. */
  public int exitStatus() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw failure("still running");
      }
      return process.exitValue();
    } catch (InterruptedException impatient) {
      throw interrupted();
    }
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private String take(BlockingQueue<String> lines) {
    try {
      String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw failure("no line came");
      }
      if (line.equals(END)) {
        lines.add(END);
      }
      return line;
    } catch (InterruptedException impatient) {
      throw interrupted();
    }
  }

  private List<String> rest(BlockingQueue<String> lines) {
    List<String> rest = new ArrayList<>();
    for (String line = take(lines); !line.equals(END); line = take(lines)) {
      rest.add(line);
    }
    return rest;
  }

  private AssertionError failure(String what) {
    synchronized (seen) {
      return new AssertionError(
          "%s, after%n%s".formatted(what, seen.isEmpty() ? "nothing" : String.join("\n", seen)));
    }
  }

  private static AssertionError interrupted() {
    Thread.currentThread().interrupt();
    return new AssertionError("interrupted");
  }
}
