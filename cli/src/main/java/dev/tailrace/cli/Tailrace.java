package dev.tailrace.cli;

import com.mongodb.MongoException;
import dev.tailrace.engine.ChangeStreamException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
    // On the stream itself: a writer in between would not find out when nobody reads any more.
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    System.exit(commandLine().setOut(out).execute(arguments));
  }

  /** The command, which runs to its end when executed and gives its exit status. */
  static CommandLine commandLine() {
    return new CommandLine(new Tailrace()).setExecutionExceptionHandler(Tailrace::explain);
  }

  /** A failure is said in a line; a fault of our own shows where. */
  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (failure instanceof ChangeStreamException stream) {
      err.println(
          "tailrace: %s: %s".formatted(stream.getClass().getSimpleName(), stream.getMessage()));
      stream.resumeToken().ifPresent(token -> err.println("go on with --resume-after " + token));
    } else if (failure instanceof UncheckedIOException io) {
      err.println("tailrace: %s: %s".formatted(io.getMessage(), io.getCause()));
    } else if (failure instanceof IllegalArgumentException || failure instanceof MongoException) {
      err.println("tailrace: " + failure.getMessage());
    } else {
      failure.printStackTrace(err);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
