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
    subcommands = {
      DemoCommand.class,
      WatchCommand.class,
      ServeCommand.class,
      TokenCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Tailrace {

  private static final String VERSION = "tailrace 0.1.0-SNAPSHOT";

  private Tailrace() {}

  public static void main(String[] arguments) {
    // On the stream itself: a writer in between would not find out when nobody reads any more.
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    System.exit(commandLine().setOut(out).execute(arguments));
  }

  /** The command, which runs to its end when executed and gives its exit status. */
  static CommandLine commandLine() {
    CommandLine tailrace =
        new CommandLine(new Tailrace())
            .setParameterExceptionHandler(Tailrace::refuse)
            .setExecutionExceptionHandler(Tailrace::explain);
    tailrace.getCommandSpec().version(VERSION);
    tailrace.getSubcommands().values().forEach(each -> each.getCommandSpec().version(VERSION));
    return tailrace;
  }

  /**
   * A message that does not show what may be a password: of an argument that is no JSON, what is
   * behind its first colon, as in {@code mongodb://...} and in {@code NAME:PASSWORD}.
   */
  private static String withoutSecrets(String message, String... arguments) {
    String shown = message;
    for (String argument : arguments) {
      String value = argument.startsWith("-") ? argument.replaceFirst("^[^=]*=", "") : argument;
      int colon = value.indexOf(':');
      if (colon >= 0 && !value.startsWith("{") && !value.startsWith("[")) {
        shown = shown.replace(value, value.substring(0, colon) + ":...");
      }
    }
    return shown;
  }

  /** What was wrong is not buried under everything that is right. */
  private static int refuse(CommandLine.ParameterException wrong, String... arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(withoutSecrets(String.valueOf(wrong.getMessage()), arguments));
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("see %s --help".formatted(command.getCommandSpec().qualifiedName()));
    return CommandLine.ExitCode.USAGE;
  }

  /** A failure is said in a line; a fault of our own shows where. */
  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    if (failure instanceof ChangeStreamException stream) {
      err.println(
          "tailrace: %s: %s".formatted(stream.getClass().getSimpleName(), stream.getMessage()));
      if (command.getCommand() instanceof WatchCommand watch) {
        watch.sayHowToGoOn(stream);
      }
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
