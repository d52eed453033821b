package dev.tailrace.cli;

import dev.tailrace.cli.demo.Demonstration;
import dev.tailrace.wire.tcp.ConnectionString;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows that no event is lost, repeated or out of order, whatever goes wrong. */
@Command(
    name = "demo",
    description =
        "The official driver writes, the engine watches, everything goes wrong, and every event is"
            + " accounted for. Exit status 1 unless none was lost, repeated or out of order.",
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

  @Override
  public Integer call() throws InterruptedException {
    OptionRange.atLeast("--events", 1).check(spec, events);
    PrintWriter out = spec.commandLine().getOut();
    if (uri != null) {
      // Refuses at once what the watcher cannot do.
      Connecting.announce(spec, ConnectionString.parse(uri));
    }
    boolean clean =
        uri == null
            ? Demonstration.onFakeSet(events, seed, out)
            : Demonstration.onDeployment(uri, events, seed, out);
    return clean ? 0 : 1;
  }
}
