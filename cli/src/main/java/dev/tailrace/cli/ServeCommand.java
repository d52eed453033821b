package dev.tailrace.cli;

import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a fake replica set for other processes. */
@Command(
    name = "serve",
    description =
        "Runs a fake replica set on loopback ports until it gets SIGTERM or SIGINT. The first line"
            + " on standard output is its connection string, printed once every member accepts"
            + " connections.")
final class ServeCommand implements Callable<Integer> {

  private static final int LAST_PORT = 65_535;
  private static final long BYTES_IN_MEBIBYTE = 1024 * 1024;

  @Spec private CommandSpec spec;

  /** Not the standard options: of those {@code --version} means a release here. */
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help message and exit")
  @SuppressWarnings("UnusedVariable") // That it is declared is what matters.
  private boolean help;

  @Option(names = "-V", versionHelp = true, description = "print version information and exit")
  @SuppressWarnings("UnusedVariable") // That it is declared is what matters.
  private boolean programVersion;

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
      completionCandidates = ReleaseLines.class,
      description =
          "the release to play: one of ${COMPLETION-CANDIDATES}, or a patch of one such as 6.0.9;"
              + " default is the newest")
  private String release = ServerVersion.NEWEST.toString();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "decides every id; default ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--standalone",
      description = "one server that is no replica set, and so has no change streams")
  private boolean standalone;

  @Option(
      names = "--oplog-mb",
      paramLabel = "MIB",
      defaultValue = "64",
      description =
          "how large the oplog may grow before its oldest entries go; default ${DEFAULT-VALUE}")
  private int oplogMebibytes;

  @Mixin private final ServedUsers users = new ServedUsers();

  @Mixin private final ServedTls tls = new ServedTls();

  @Override
  public Integer call() {
    new OptionRange("--members", 1, 7).check(spec, members);
    new OptionRange("--port", 0, LAST_PORT + 1 - members).check(spec, port);
    OptionRange.atLeast("--oplog-mb", 1).check(spec, oplogMebibytes);
    if (standalone && members > 1) {
      throw new ParameterException(
          spec.commandLine(), "--standalone: expected --members 1, found " + members);
    }
    FakeReplicaSet.Builder builder =
        FakeReplicaSet.builder()
            .members(members)
            .firstPort(port)
            .serverVersion(version())
            .seed(seed)
            .oplogSize(oplogMebibytes * BYTES_IN_MEBIBYTE);
    if (standalone) {
      builder.standalone();
    }
    users.apply(builder, spec);
    tls.apply(builder, spec);
    EndOnSignal.run(() -> serve(builder));
    return 0;
  }

  private void serve(FakeReplicaSet.Builder builder) throws InterruptedException {
    try (tls;
        FakeReplicaSet set = builder.start()) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(tls.believedIn(users.connectionString(set)));
      out.flush();
      new CountDownLatch(1).await();
    }
  }

  private ServerVersion version() {
    try {
      return ServerVersion.parse(release);
    } catch (IllegalArgumentException unknown) {
      throw new ParameterException(
          spec.commandLine(), "--version: " + unknown.getMessage(), unknown);
    }
  }

  /** The release lines that {@code --version} knows, for its help. */
  private static final class ReleaseLines implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ServerVersion.ALL.stream()
          .map(release -> release.major() + "." + release.minor())
          .iterator();
    }
  }
}
