package dev.tailrace.conformance.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.MatchDetails;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.projection.DistinctValues;
import dev.tailrace.fakeserver.query.projection.Projection;
import dev.tailrace.fakeserver.query.sort.SortOrder;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What {@code find} makes of documents by projections and sort orders, and {@code distinct}. */
class FindCorpusTest {

  private static final QueryContext CONTEXT = QueryContext.of(Corpus.VERSION);

  @TestFactory
  Stream<DynamicTest> cases() {
    Corpus corpus = Corpus.read("find.jsonl");
    List<BsonDocument> documents = corpus.documents("documents");
    return corpus.tests(
        Set.of("filter", "projection", "sort", "distinct"),
        recorded -> {
          if (recorded.containsKey("distinct")) {
            String field = recorded.getString("distinct").getValue();
            BsonArray values = DistinctValues.parse(field, CONTEXT).of(documents);
            return new BsonDocument("values", values);
          }
          return recorded.containsKey("sort")
              ? new BsonDocument("ids", sorted(recorded.getDocument("sort"), documents))
              : new BsonDocument("result", projected(recorded, documents));
        });
  }

  private static BsonArray projected(BsonDocument recorded, List<BsonDocument> documents) {
    Matcher matcher = Matcher.parse(recorded.getDocument("filter"), CONTEXT);
    Projection projection = Projection.parse(recorded.getDocument("projection"), CONTEXT);
    BsonArray result = new BsonArray();
    for (BsonDocument document : documents) {
      MatchDetails details = matcher.match(document);
      if (details.matched()) {
        result.add(projection.apply(document, details));
      }
    }
    return result;
  }

  private static BsonArray sorted(BsonDocument order, List<BsonDocument> documents) {
    OptionalInt natural = SortOrder.natural(order);
    if (natural.isEmpty()) {
      return ids(SortOrder.parse(order, CONTEXT).sort(documents));
    }
    BsonArray ids = ids(documents);
    if (natural.getAsInt() < 0) {
      Collections.reverse(ids);
    }
    return ids;
  }

  private static BsonArray ids(List<BsonDocument> documents) {
    return new BsonArray(documents.stream().map(document -> document.get("_id")).toList());
  }

  @Test
  void sortsAllKindsOfValuesAscending() {
    assertOrder("{a: 1, _id: 1}", "order.json");
  }

  @Test
  void sortsAllKindsOfValuesDescending() {
    assertOrder("{a: -1, _id: 1}", "order-descending.json");
  }

  private static void assertOrder(String order, String file) {
    List<BsonDocument> documents = Corpus.read("match.jsonl").documents("documents");
    BsonArray ids = sorted(BsonDocument.parse(order), documents);
    assertThat(ids).isEqualTo(Corpus.readArray(file));
  }
}
