package dev.tailrace.conformance.corpus;

import static java.util.Objects.requireNonNull;

import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.update.Update;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Updates of one document: what becomes of it, and whether that counts as modified. */
class UpdateCorpusTest {

  private static final QueryContext CONTEXT = QueryContext.of(Corpus.VERSION);

  private static final Matcher BY_ID =
      Matcher.parse(new BsonDocument("_id", new BsonInt32(0)), CONTEXT);

  @TestFactory
  Stream<DynamicTest> cases() {
    return Corpus.read("update.jsonl")
        .tests(Set.of("before", "update", "arrayFilters"), UpdateCorpusTest::play);
  }

  private static BsonDocument play(BsonDocument recorded) {
    BsonDocument before = recorded.getDocument("before");
    BsonArray filters = recorded.getArray("arrayFilters", new BsonArray());
    BsonValue update = requireNonNull(recorded.get("update"));
    Update.Applied applied =
        Update.parse(update, filters, CONTEXT).apply(before, BY_ID.match(before));
    return new BsonDocument("n", new BsonInt32(1))
        .append("nModified", new BsonInt32(applied.modified() ? 1 : 0))
        .append("after", applied.after());
  }
}
