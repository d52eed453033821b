package dev.tailrace.conformance.corpus;

import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Filters: which of the documents match. */
class MatchCorpusTest {

  @TestFactory
  Stream<DynamicTest> cases() {
    Corpus corpus = Corpus.read("match.jsonl");
    List<BsonDocument> documents = corpus.documents("documents");
    QueryContext context = QueryContext.of(Corpus.VERSION);
    return corpus.tests(
        Set.of("filter"),
        recorded -> {
          Matcher matcher = Matcher.parse(recorded.getDocument("filter"), context);
          BsonArray ids = new BsonArray();
          documents.stream()
              .filter(matcher::matches)
              .forEach(document -> ids.add(document.get("_id")));
          return new BsonDocument("ids", ids);
        });
  }
}
