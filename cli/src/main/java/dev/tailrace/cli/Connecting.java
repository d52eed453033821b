package dev.tailrace.cli;

import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.WireListener;
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
    deployment.doubts().forEach(doubt -> err.println("connection string: " + doubt));
    err.println("connecting to " + hosts(deployment) + " ...");
    err.flush();
  }

  /** Says on standard error why a server cannot be used, whenever that is news. */
  static WireListener complaints(CommandSpec command) {
    PrintWriter err = command.commandLine().getErr();
    return new WireListener() {
      @Override
      public void topology(TopologyEvent event) {
        if (event instanceof TopologyEvent.ServerDescriptionChanged changed
            && changed.current().error() != null) {
          err.println(changed.address() + " cannot be used: " + changed.current().error());
          err.flush();
        }
      }
    };
  }

  /** The hosts that the connection string names; where DNS knows them, the name it is asked for. */
  static String hosts(ConnectionString deployment) {
    return deployment
        .srv()
        .map(srv -> "the hosts that DNS has for " + srv.name())
        .orElseGet(
            () ->
                deployment.seeds().stream()
                    .map(ServerAddress::toString)
                    .collect(Collectors.joining(",")));
  }
}
