package dev.tailrace.conformance.corpus;

import dev.tailrace.fakeserver.query.value.Collation;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Collations: the order of strings, and which of them are equal. */
class CollationCorpusTest {

  @TestFactory
  Stream<DynamicTest> cases() {
    Corpus corpus = Corpus.read("collation.jsonl");
    List<String> strings =
        corpus.header().getArray("strings").stream().map(s -> s.asString().getValue()).toList();
    return corpus.tests(
        Set.of("collation"),
        recorded -> {
          Collation collation = Collation.parse(recorded.getDocument("collation"));
          return new BsonDocument("order", order(strings, collation))
              .append("equal", equal(strings, collation));
        });
  }

  private static BsonArray order(List<String> strings, Collation collation) {
    return indexes(
        IntStream.range(0, strings.size())
            .boxed()
            .sorted((a, b) -> collation.compare(strings.get(a), strings.get(b))));
  }

  /** For each string that equals others, all of them. */
  private static BsonDocument equal(List<String> strings, Collation collation) {
    BsonDocument equal = new BsonDocument();
    for (int i = 0; i < strings.size(); i++) {
      String string = strings.get(i);
      BsonArray equals =
          indexes(
              IntStream.range(0, strings.size())
                  .boxed()
                  .filter(other -> collation.compare(string, strings.get(other)) == 0));
      if (equals.size() > 1) {
        equal.append(String.valueOf(i), equals);
      }
    }
    return equal;
  }

  private static BsonArray indexes(Stream<Integer> indexes) {
    return new BsonArray(indexes.map(BsonInt32::new).toList());
  }
}
