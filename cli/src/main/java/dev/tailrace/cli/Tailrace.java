package dev.tailrace.cli;

import dev.tailrace.engine.ChangeStreamException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit status: 0 done, 1 failed, 2 called in a wrong way. */
@Command(
    name = "tailrace",
    description = "Change streams: watch them, and a fake replica set to try them on.",
    mixinStandardHelpOptions = true,
    version = "tailrace 0.1.0-SNAPSHOT",
    subcommands = {
      DemoCommand.class,
      WatchCommand.class,
      ServeCommand.class,
      TokenCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Tailrace {

  private Tailrace() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command to its end, and gives its exit status. */
  static int run(String... arguments) {
    return new CommandLine(new Tailrace())
        .setExecutionExceptionHandler(Tailrace::explain)
        .execute(arguments);
  }

  /** A failure is said in a line; a fault of our own shows where. */
  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (failure instanceof ChangeStreamException stream) {
      err.println("tailrace: " + stream.getMessage());
      stream.resumeToken().ifPresent(token -> err.println("go on with --resume-after " + token));
    } else if (failure instanceof IllegalArgumentException) {
      err.println("tailrace: " + failure.getMessage());
    } else {
      failure.printStackTrace(err);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
