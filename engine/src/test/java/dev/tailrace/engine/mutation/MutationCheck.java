package dev.tailrace.engine.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fails the build with the profile {@code mutation} if too few mutants of a package were killed, or
 * if the survivors are not those in {@code mutation-survivors.txt}: one that is not listed, or a
 * listed one that is killed by now or is no more.
 */
final class MutationCheck {

  /** In per cent, of each package. */
  private static final int ENOUGH = 95;

  private final List<Mutant> mutants;
  private final Set<String> listed;
  private final List<String> classes;

  /**
   * @param listed the known survivors, of all classes
   * @param classes those that were mutated; a {@code *} stands for anything
   */
  MutationCheck(List<Mutant> mutants, Set<String> listed, List<String> classes) {
    this.mutants = mutants;
    this.listed = listed;
    this.classes = classes;
  }

  /**
   * Judges a report.
   *
   * @param args the report, the list of survivors, the directory of the sources, and the classes
   *     that were mutated with commas between them
   * @throws IllegalStateException if there is anything wrong; what it is has been printed
   */
  public static void main(String[] args) throws IOException {
    Path report = Path.of(args[0]);
    if (!Files.exists(report)) {
      throw new IllegalStateException("there is no " + report + "; was PIT skipped?");
    }
    MutationCheck check =
        new MutationCheck(
            MutationReport.read(report, Path.of(args[2])),
            SurvivorList.parse(Files.readAllLines(Path.of(args[1]))),
            Arrays.stream(args[3].split(",")).map(String::strip).toList());
    check.figures().forEach(System.out::println);
    List<String> problems = check.problems();
    problems.forEach(System.out::println);
    if (!problems.isEmpty()) {
      throw new IllegalStateException("mutation testing: problems found: " + problems.size());
    }
  }

  /** How many mutants of each package were killed. */
  List<String> figures() {
    return byPackage().entrySet().stream()
        .map(each -> figure(each.getKey(), each.getValue().size(), killed(each.getValue())))
        .toList();
  }

  private static String figure(String name, int total, long killed) {
    return String.format(
        Locale.ROOT,
        "%s: %d of %d mutants killed (%.1f %%), %d live",
        name,
        killed,
        total,
        100.0 * killed / total,
        total - killed);
  }

  /** What fails the build. */
  List<String> problems() {
    return Stream.of(untouched(), badlyTested(), unlisted(), outdated())
        .flatMap(Function.identity())
        .toList();
  }

  /** A name with a mistake in it must not pass for classes without survivors. */
  private Stream<String> untouched() {
    return classes.stream()
        .filter(pattern -> mutants.stream().map(Mutant::className).noneMatch(matching(pattern)))
        .map(pattern -> "nothing was mutated in " + pattern);
  }

  /** Only of whole packages: 5 % of a small class may be less than one mutant. */
  private Stream<String> badlyTested() {
    return byPackage().entrySet().stream()
        .filter(each -> wasMutated(each.getKey() + ".*"))
        .filter(each -> 100 * killed(each.getValue()) < (long) ENOUGH * each.getValue().size())
        .map(each -> "fewer than %d %% killed in %s".formatted(ENOUGH, each.getKey()));
  }

  private Stream<String> unlisted() {
    return mutants.stream()
        .filter(mutant -> !mutant.killed() && !listed.contains(mutant.where()))
        .map(mutant -> "lives, not listed: %s (%s)".formatted(mutant.where(), mutant.position()));
  }

  private Stream<String> outdated() {
    Set<String> living =
        mutants.stream()
            .filter(mutant -> !mutant.killed())
            .map(Mutant::where)
            .collect(Collectors.toSet());
    return listed.stream()
        .filter(each -> wasMutated(SurvivorList.className(each)) && !living.contains(each))
        .map(each -> "listed, but killed or no more there: " + each);
  }

  private static long killed(List<Mutant> mutants) {
    return mutants.stream().filter(Mutant::killed).count();
  }

  private SortedMap<String, List<Mutant>> byPackage() {
    return mutants.stream()
        .collect(Collectors.groupingBy(Mutant::packageName, TreeMap::new, Collectors.toList()));
  }

  private boolean wasMutated(String className) {
    return classes.stream().anyMatch(pattern -> matching(pattern).test(className));
  }

  private static Predicate<String> matching(String pattern) {
    String regex =
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.compile(regex).asMatchPredicate();
  }
}
