package dev.tailrace.cli;

import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a fake replica set for other processes. */
@Command(
    name = "serve",
    description =
        "Runs a fake replica set on loopback ports until it gets SIGTERM or SIGINT. The first line"
            + " on standard output is its connection string, printed once every member accepts"
            + " connections.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "27017",
      description =
          "port of the first member, the others' following; 0 for any that are free; default"
              + " ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--members",
      paramLabel = "N",
      defaultValue = "1",
      description = "how many, 1 to 7; default ${DEFAULT-VALUE}")
  private int members;

  @Option(
      names = "--version",
      paramLabel = "RELEASE",
      description = "the release to play, such as 8.0 or 6.0.9; default is the newest")
  private String release = ServerVersion.NEWEST.toString();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "decides every id; default ${DEFAULT-VALUE}")
  private long seed;

  @Override
  public Integer call() throws InterruptedException {
    FakeReplicaSet set =
        FakeReplicaSet.builder()
            .members(members)
            .firstPort(port)
            .serverVersion(ServerVersion.parse(release))
            .seed(seed)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(set), "end on signal"));
    PrintWriter out = spec.commandLine().getOut();
    out.println(set.connectionString());
    out.flush();
    new CountDownLatch(1).await();
    return 0;
  }

  /** To be told to stop is how this command ends well. */
  private static void end(FakeReplicaSet set) {
    set.close();
    Runtime.getRuntime().halt(0);
  }
}
