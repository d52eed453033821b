package dev.tailrace.engine.mutation;

import static java.util.Comparator.comparingInt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads the {@code mutations.xml} that PIT writes. */
final class MutationReport {

  /** Anything else, an accident of the tool among them, is no proof that a test minds. */
  private static final Set<String> KILLED = Set.of("KILLED", "TIMED_OUT", "MEMORY_ERROR");

  private final Path sources;
  private final Map<Path, List<String>> lines = new HashMap<>();

  private MutationReport(Path sources) {
    this.sources = sources;
  }

  /**
   * All mutants of a report.
   *
   * @param sources the directory of the sources, from which the changed lines are quoted
   * @throws IOException if a file is missing, or the report is not XML
   */
  static List<Mutant> read(Path report, Path sources) throws IOException {
    NodeList elements = parse(report).getElementsByTagName("mutation");
    MutationReport reader = new MutationReport(sources);
    Map<String, List<Entry>> alike = new TreeMap<>();
    for (int i = 0; i < elements.getLength(); i++) {
      Entry entry = reader.entry((Element) elements.item(i));
      alike.computeIfAbsent(entry.label(), label -> new ArrayList<>()).add(entry);
    }
    List<Mutant> mutants = new ArrayList<>();
    alike.values().forEach(entries -> addAll(mutants, entries));
    return mutants;
  }

  private static Element parse(Path report) throws IOException {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(report.toFile())
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException notXml) {
      throw new IOException("no report of PIT: " + report, notXml);
    }
  }

  private record Entry(
      String className,
      String method,
      String change,
      String source,
      int line,
      int index,
      String position,
      boolean killed) {

    String label() {
      return label("");
    }

    String label(String number) {
      String shortName = className.substring(Mutant.ROOT.length());
      return shortName + "." + method + " | " + change + number + " | " + source;
    }
  }

  private Entry entry(Element mutation) throws IOException {
    String className = text(mutation, "mutatedClass");
    String file = text(mutation, "sourceFile");
    int line = Integer.parseInt(text(mutation, "lineNumber"));
    return new Entry(
        className,
        text(mutation, "mutatedMethod"),
        change(text(mutation, "description")),
        source(className, file, line),
        line,
        Integer.parseInt(text(mutation, "index")),
        file + ":" + line,
        KILLED.contains(mutation.getAttribute("status")));
  }

  /** Without the packages of methods, and without the method that the mutant is in. */
  private static String change(String description) {
    return description.replaceFirst(" for \\S+$", "").replaceAll("\\w+/", "");
  }

  private String source(String className, String file, int line) throws IOException {
    String packageName = className.substring(0, className.lastIndexOf('.'));
    Path path = sources.resolve(packageName.replace('.', '/')).resolve(file);
    if (!lines.containsKey(path)) {
      lines.put(path, Files.readAllLines(path));
    }
    return lines.get(path).get(line - 1).strip();
  }

  private static String text(Element mutation, String name) {
    return mutation.getElementsByTagName(name).item(0).getTextContent();
  }

  /** Adds mutants whose names are equal so far; several get numbers, in the order of the code. */
  private static void addAll(List<Mutant> mutants, List<Entry> entries) {
    entries.sort(comparingInt(Entry::line).thenComparingInt(Entry::index));
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      String number = entries.size() == 1 ? "" : " (%d of %d)".formatted(i + 1, entries.size());
      mutants.add(
          new Mutant(entry.className(), entry.label(number), entry.position(), entry.killed()));
    }
  }
}
