package dev.tailrace.wire.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Has the fuzzer look for inputs that a {@link FuzzTarget} does not read as it must, each target in
 * a process of its own, one after another. Arguments: the seconds for each, a target or {@code
 * all}, where to work, and where the corpus is. What reached code that nothing in the corpus had
 * reached is put into it; an input that was not read as it must be stays where the fuzzer worked,
 * and is told.
 */
public final class Fuzzing {

  private static final String FUZZER = "com.code_intelligence.jazzer.Jazzer";

  /** Longer inputs take the fuzzer's time and reach no other code. */
  private static final int MAX_INPUT_BYTES = 4_096;

  private static final int MAX_MEMORY_MIB = 1_024;

  private final int seconds;
  private final Path work;
  private final Path corpus;

  private Fuzzing(int seconds, Path work, Path corpus) {
    this.seconds = seconds;
    this.work = work;
    this.corpus = corpus;
  }

  /** Looks, and ends with an error if there is a finding. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Fuzzing fuzzing =
        new Fuzzing(Integer.parseInt(arguments[0]), Path.of(arguments[2]), Path.of(arguments[3]));
    List<FuzzTarget> targets =
        arguments[1].equals("all")
            ? List.of(FuzzTarget.values())
            : List.of(FuzzTarget.valueOf(arguments[1]));
    List<FuzzTarget> findings = new ArrayList<>();
    for (FuzzTarget target : targets) {
      if (!fuzzing.passes(target)) {
        findings.add(target);
      }
    }
    System.out.println("fuzzed " + targets + ", findings: " + findings);
    if (!findings.isEmpty()) {
      System.exit(1);
    }
  }

  private boolean passes(FuzzTarget target) throws IOException, InterruptedException {
    Path kept = corpus.resolve(target.corpus());
    Path home = work.resolve(target.name());
    Path seeds = Files.createDirectories(home.resolve("seeds"));
    Path found = Files.createDirectories(home.resolve("found"));
    int number = 0;
    for (byte[] input : Corpus.read(kept)) {
      Files.write(seeds.resolve("seed-" + number++), input);
    }
    int status =
        run(target, "-max_total_time=" + seconds, "-artifact_prefix=" + home + "/", found, seeds);
    if (status == 0) {
      Path smallest = Files.createDirectories(home.resolve("smallest"));
      run(target, "-merge=1", "-artifact_prefix=" + home + "/", smallest, seeds, found);
      Corpus.add(kept, inputs(smallest));
    }
    return status == 0;
  }

  private static int run(FuzzTarget target, Object... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + MAX_MEMORY_MIB + "m",
                "-D" + FuzzEntry.TARGET + "=" + target.name(),
                "-classpath",
                System.getProperty("java.class.path"),
                FUZZER,
                "--target_class=" + FuzzEntry.class.getName(),
                "--instrumentation_includes=dev.tailrace.**",
                // loaded.
                "-max_len=" + MAX_INPUT_BYTES,
                "-rss_limit_mb=" + 2 * MAX_MEMORY_MIB,
                "-timeout=10"));
    for (Object option : options) {
      command.add(option.toString());
    }
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static List<byte[]> inputs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Fuzzing::bytes).toList();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
