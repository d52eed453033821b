package dev.tailrace.conformance.golden;

import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonDocument;

/**
 * One step of a conversation that was answered.
 *
 * @param step which one, from 0
 * @param sent the command, as it was sent; empty where one was answered that was sent before, or a
 *     whole series of getMores
 * @param answers what came: {@code reply}; of a drain {@code events}, {@code last} and {@code
 *     exhausted}
 */
record Turn(int step, BsonDocument sent, BsonDocument answers) {

  private static final List<String> ANSWERS = List.of("reply", "events", "last", "exhausted");

  /** What the recording says of this step. */
  private static Turn recorded(int step, BsonDocument recorded) {
    BsonDocument answers = new BsonDocument();
    ANSWERS.stream()
        .filter(recorded::containsKey)
        .forEach(name -> answers.append(name, recorded.get(name)));
    return new Turn(step, new BsonDocument(), answers);
  }

  /** The turns of a recorded conversation. */
  static List<Turn> recorded(BsonDocument conversation) {
    List<BsonDocument> steps =
        conversation.getArray("steps").stream().map(step -> step.asDocument()).toList();
    return IntStream.range(0, steps.size())
        .mapToObj(step -> recorded(step, steps.get(step)))
        .filter(turn -> !turn.answers.isEmpty())
        .toList();
  }
}
