package dev.tailrace.conformance.fidelity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The outcomes of all tests, from surefire's reports. */
record Outcomes(List<Outcome> all) {

  /** What surefire adds to the name of a class that runs once for each of its parameters. */
  private static final Pattern INVOCATION = Pattern.compile("\\[\\d+]$");

  /** What stands before the reason where that is told with the exception's name. */
  private static final Pattern EXCEPTION = Pattern.compile("^[\\w.]+Exception: ");

  /** Reads the reports in some directories. */
  static Outcomes read(List<Path> directories) throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Path directory : directories) {
      for (Path report : reports(directory)) {
        outcomes.addAll(parse(report));
      }
    }
    return new Outcomes(List.copyOf(outcomes));
  }

  /**
   * The outcomes of a class or of one of its methods.
   *
   * @param test the class's name, with as many of its packages as make it the only one, and maybe
   *     the method's: {@code stream.SplitEventsTest.withoutTheStageItIsRefused}
   * @throws IllegalArgumentException if no such test was reported, or tests of two classes were
   */
  List<Outcome> of(String test) {
    int dot = test.lastIndexOf('.');
    boolean hasMethod = dot >= 0 && Character.isLowerCase(test.charAt(dot + 1));
    String className = hasMethod ? test.substring(0, dot) : test;
    Predicate<String> isMethod =
        hasMethod
            ? Pattern.compile(Pattern.quote(test.substring(dot + 1)) + "\\b.*").asMatchPredicate()
            : name -> true;
    List<Outcome> found =
        all.stream()
            .filter(outcome -> ("." + outcome.className()).endsWith("." + className))
            .filter(outcome -> isMethod.test(outcome.name()))
            .toList();
    long classes = found.stream().map(Outcome::className).distinct().count();
    if (classes != 1) {
      throw new IllegalArgumentException(
          classes == 0
              ? "no report tells of a test " + test
              : "of several classes, say which: " + test);
    }
    return found;
  }

  private static List<Path> reports(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .sorted()
          .toList();
    }
  }

  private static List<Outcome> parse(Path report) throws IOException {
    try {
      DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      NodeList tests = builder.parse(report.toFile()).getElementsByTagName("testcase");
      return IntStream.range(0, tests.getLength())
          .mapToObj(i -> outcome((Element) tests.item(i)))
          .toList();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(report + ": " + e.getMessage(), e);
    }
  }

  private static Outcome outcome(Element test) {
    String className = INVOCATION.matcher(test.getAttribute("classname")).replaceFirst("");
    String name = test.getAttribute("name");
    NodeList skipped = test.getElementsByTagName("skipped");
    if (skipped.getLength() > 0) {
      String reason = reason((Element) skipped.item(0));
      return new Outcome(className, name, Outcome.State.SKIPPED, reason);
    }
    boolean hasPassed =
        test.getElementsByTagName("failure").getLength() == 0
            && test.getElementsByTagName("error").getLength() == 0;
    return new Outcome(
        className, name, hasPassed ? Outcome.State.PASSED : Outcome.State.FAILED, "");
  }

  private static String reason(Element skipped) {
    String message = skipped.getAttribute("message");
    String text = message.isEmpty() ? skipped.getTextContent() : message;
    String firstLine = text.strip().lines().findFirst().orElse("no reason given");
    return EXCEPTION.matcher(firstLine).replaceFirst("");
  }
}
