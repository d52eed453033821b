package dev.tailrace.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The numbers that an option takes. */
record OptionRange(String option, long least, long most) {

  static OptionRange atLeast(String option, long least) {
    return new OptionRange(option, least, Long.MAX_VALUE);
  }

  /**
   * Refuses a number that is not among them.
   *
   * @throws ParameterException naming the option, the range and the number
   */
  void check(CommandSpec command, long value) {
    if (value < least || value > most) {
      String range = most == Long.MAX_VALUE ? "at least " + least : least + " to " + most;
      throw new ParameterException(
          command.commandLine(), "%s: expected %s, found %d".formatted(option, range, value));
    }
  }
}
