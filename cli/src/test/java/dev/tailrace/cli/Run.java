package dev.tailrace.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One run of the command, in this process.
 *
 * @param status its exit status
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
record Run(int status, String out, String err) {

  /** Runs the command to its end. */
  static Run of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Tailrace.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Run(status, out.toString(), err.toString());
  }
}
