package dev.tailrace.engine.mutation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The mutants that no test kills, each with its reason: one a line, as {@link Mutant#where} names
 * it, and the reason behind another bar. Empty lines, and those that begin with {@code #}, are for
 * the reader.
 */
final class SurvivorList {

  private static final String BAR = " | ";

  private SurvivorList() {}

  /**
   * The mutants that are listed, as {@link Mutant#where} names them.
   *
   * @throws IllegalArgumentException if a line has no reason, or there is one twice
   */
  static Set<String> parse(List<String> lines) {
    Set<String> listed = new LinkedHashSet<>();
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#") && !listed.add(mutant(line))) {
        throw new IllegalArgumentException("listed twice: " + line);
      }
    }
    return listed;
  }

  /** The line of source may have bars of its own; a reason has none. */
  private static String mutant(String line) {
    if (line.split(" \\| ", -1).length < 4 || line.endsWith(BAR.stripTrailing())) {
      throw new IllegalArgumentException(
          "expected class and method | change | line of source | reason: " + line);
    }
    return line.substring(0, line.lastIndexOf(BAR)).strip();
  }

  /** The class, in full, of a mutant that is listed. */
  static String className(String mutant) {
    String method = mutant.substring(0, mutant.indexOf(BAR));
    return Mutant.ROOT + method.substring(0, method.lastIndexOf('.'));
  }
}
