package dev.tailrace.conformance.golden;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;

/**
 * Says in what two courses of one conversation differ: a recorded or a real server's, which is
 * expected, and another's. What may differ, {@link Comparison} knows, and these few rules more
 * about single commands.
 */
final class ConversationJudge {

  private final String name;
  private final Comparison comparison = new Comparison();
  private final List<String> differences = new ArrayList<>();

  private ConversationJudge(String name) {
    this.name = name;
  }

  /** Holds the conversation with a server, and says where it did not go as expected. */
  static List<String> play(BsonDocument conversation, List<Turn> expected, PlayedServer server)
      throws InterruptedException {
    List<Turn> actual;
    try {
      actual = new ConversationPlayer(server, conversation).play();
    } catch (RuntimeException e) {
      return List.of("broke off: " + e);
    }
    return differences(conversation.getString("name").getValue(), expected, actual);
  }

  /** One line a difference. */
  static List<String> differences(String conversation, List<Turn> expected, List<Turn> actual) {
    ConversationJudge judge = new ConversationJudge(conversation);
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      judge.compare(expected.get(i), actual.get(i));
    }
    if (expected.size() != actual.size()) {
      judge.differences.add(
          "%d steps were answered, expected %d".formatted(actual.size(), expected.size()));
    }
    return judge.differences;
  }

  private void compare(Turn expected, Turn actual) {
    comparison.noteSent(actual.sent());
    for (String answer : expected.answers().keySet()) {
      if (answer.equals("reply")) {
        compareReplies(
            actual.sent(),
            expected.answers().getDocument(answer).clone(),
            actual.answers().getDocument(answer).clone());
      } else if (answer.equals("last")) {
        comparison.compareReplies(
            answer, expected.answers().getDocument(answer), actual.answers().getDocument(answer));
      } else {
        comparison.compare(answer, expected.answers().get(answer), actual.answers().get(answer));
      }
    }
    for (String difference : comparison.takeDifferences()) {
      differences.add("step " + actual.step() + ": " + difference);
    }
  }

  private void compareReplies(BsonDocument sent, BsonDocument expected, BsonDocument actual) {
    if (name.equals("handshake")) {
      comparison.compareNames("reply", expected, actual);
      return;
    }
    if (sent.containsKey("configureFailPoint")) {
      String failPoint = sent.getString("configureFailPoint").getValue();
      comparison.compareCounters(failPoint, expected, actual);
    }
    if (sent.containsKey("dropDatabase")) {
      // Whether there was anything to drop depends on what ran before.
      expected.remove("dropped");
      actual.remove("dropped");
    }
    comparison.compareReplies("reply", expected, actual);
  }
}
