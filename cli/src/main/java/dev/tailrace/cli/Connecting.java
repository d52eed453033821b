package dev.tailrace.cli;

import dev.tailrace.wire.tcp.ConnectionString;
import dev.tailrace.wire.topology.ServerAddress;
import java.io.PrintWriter;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** What is said while a server is looked for: for a long time it may be all there is to see. */
final class Connecting {

  private Connecting() {}

  /**
   * Says on standard error which hosts a command now looks for, nothing else of their address, and
   * what is doubtful in the connection string.
   */
  static void announce(CommandSpec command, ConnectionString deployment) {
    PrintWriter err = command.commandLine().getErr();
    deployment.warnings().forEach(warning -> err.println("connection string: " + warning));
    err.println(
        deployment.seeds().stream()
            .map(ServerAddress::toString)
            .collect(Collectors.joining(",", "connecting to ", " ...")));
    err.flush();
  }
}
