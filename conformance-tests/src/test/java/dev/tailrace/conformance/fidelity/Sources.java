package dev.tailrace.conformance.fidelity;

import dev.tailrace.conformance.support.OutsideData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonDocument;

/**
 * What behaviours are known from.
 *
 * @param conversations what each recorded conversation is about, by its name
 * @param sections the titles of the reference's sections, by their numbers
 */
record Sources(Map<String, String> conversations, Map<String, String> sections) {

  private static final Pattern HEADING = Pattern.compile("#{2,3} ([\\d.]*\\d)\\.? (.*)");
  private static final Pattern SECTION = Pattern.compile("\\d+(\\.\\d+)?");
  private static final String REFERENCE = "reference ";

  static Sources read() throws IOException {
    Path recording = OutsideData.require("tailrace.golden", "server-4.4/conversations.jsonl");
    Path reference = OutsideData.require("tailrace.reference", "server-behaviour.md");
    Map<String, String> conversations = new LinkedHashMap<>();
    for (String line : Files.readAllLines(recording)) {
      BsonDocument conversation = BsonDocument.parse(line);
      conversations.put(
          conversation.getString("name").getValue(), conversation.getString("about").getValue());
    }
    Map<String, String> sections = new LinkedHashMap<>();
    for (String line : Files.readAllLines(reference)) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        sections.put(heading.group(1), heading.group(2));
      }
    }
    return new Sources(conversations, sections);
  }

  /**
   * A source with the titles of the sections that it names, where it is {@code reference} with
   * their numbers.
   *
   * @throws IllegalArgumentException if there is no such section
   */
  String withTitles(String source) {
    if (!source.startsWith(REFERENCE)) {
      return source;
    }
    return SECTION
        .matcher(source)
        .replaceAll(
            number -> {
              String title = sections.get(number.group());
              if (title == null) {
                throw new IllegalArgumentException("the reference has no section: " + source);
              }
              return Matcher.quoteReplacement(number.group() + " (" + title + ")");
            });
  }
}
