package dev.tailrace.cli;

import dev.tailrace.cli.demo.Channel;
import dev.tailrace.cli.demo.Demonstration;
import dev.tailrace.wire.compression.Compressors;
import dev.tailrace.wire.tcp.ConnectionString;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows that no event is lost, repeated or out of order, whatever goes wrong. */
@Command(
    name = "demo",
    description =
        "The official driver writes, the engine watches, everything goes wrong, and every event is"
            + " accounted for. Exit status 1 unless none was lost, repeated or out of order, and what was"
            + " asked for of connections was in use.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "20000",
      description = "how many writes; default ${DEFAULT-VALUE}")
  private int events;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "decides the load and the faults; default ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--uri",
      paramLabel = "URI",
      description =
          "play on this replica set instead of a fake one, in a database of its own that is"
              + " dropped afterwards")
  private @Nullable String uri;

  @Option(names = "--tls", description = "encrypt every connection")
  private boolean tls;

  @Option(names = "--auth", description = "have every client authenticate, by SCRAM")
  private boolean auth;

  @Option(
      names = "--compress",
      paramLabel = "NAME",
      description = "compress messages by snappy, zlib or zstd")
  private @Nullable String compressor;

  @Override
  public Integer call() throws InterruptedException {
    OptionRange.atLeast("--events", 1).check(spec, events);
    checkChannel();
    PrintWriter out = spec.commandLine().getOut();
    if (uri != null) {
      // Refuses at once what the watcher cannot do.
      Connecting.announce(spec, ConnectionString.parse(uri));
    }
    boolean clean =
        uri == null
            ? Demonstration.onFakeSet(
                events, seed, new Channel(tls, auth, Optional.ofNullable(compressor)), out)
            : Demonstration.onDeployment(uri, events, seed, out);
    return clean ? 0 : 1;
  }

  private void checkChannel() {
    if (compressor != null && !Compressors.NAMES.contains(compressor)) {
      throw new ParameterException(
          spec.commandLine(),
          "--compress: expected one of %s, found %s".formatted(Compressors.NAMES, compressor));
    }
    if (uri != null && (tls || auth || compressor != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "--tls, --auth, --compress: they are for a fake set; with --uri its options say so");
    }
  }
}
