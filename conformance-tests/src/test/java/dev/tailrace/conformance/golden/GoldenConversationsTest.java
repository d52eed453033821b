package dev.tailrace.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tailrace.fakeserver.ServerVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every recorded conversation, played against a one-member fake of the recorded release. They share
 * one set, as they shared one server, and are played in the order in which they were recorded.
 */
class GoldenConversationsTest {

  private static final ServerVersion RECORDED = ServerVersion.parse("4.4.1");
  private static final String KNOWN_DIFFERENCES = "/golden/known-differences.txt";

  @TestFactory
  Stream<DynamicTest> every_conversation_goes_as_it_was_recorded()
      throws IOException, InterruptedException {
    Map<String, String> known = knownDifferences();
    Map<String, List<String>> outcomes = play();
    assertThat(outcomes.keySet())
        .as("known differences are about conversations that there are")
        .containsAll(known.keySet());
    return outcomes.entrySet().stream()
        .map(
            outcome ->
                DynamicTest.dynamicTest(
                    outcome.getKey(),
                    () -> judge(outcome.getValue(), known.get(outcome.getKey()))));
  }

  private static void judge(List<String> differences, @Nullable String knownReason) {
    if (knownReason == null) {
      assertThat(differences).isEmpty();
    } else {
      assertThat(differences).as("listed as different, because " + knownReason).isNotEmpty();
      abort("listed as different: " + knownReason);
    }
  }

  private static Map<String, List<String>> play() throws InterruptedException {
    Map<String, List<String>> outcomes = new LinkedHashMap<>();
    try (PlayedServer fake = FakeInVirtualTime.start(RECORDED)) {
      for (BsonDocument conversation : Recordings.read("conversations.jsonl")) {
        outcomes.put(
            conversation.getString("name").getValue(),
            ConversationJudge.play(conversation, Turn.recorded(conversation), fake));
      }
    }
    return outcomes;
  }

  private static Map<String, String> knownDifferences() throws IOException {
    Map<String, String> known = new TreeMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                GoldenConversationsTest.class.getResourceAsStream(KNOWN_DIFFERENCES),
                StandardCharsets.UTF_8))) {
      for (String line : lines.lines().toList()) {
        if (!line.startsWith("#") && !line.isBlank()) {
          int colon = line.indexOf(':');
          known.put(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
        }
      }
    }
    return known;
  }
}
