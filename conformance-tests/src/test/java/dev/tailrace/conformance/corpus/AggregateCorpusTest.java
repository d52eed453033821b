package dev.tailrace.conformance.corpus;

import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.stage.Pipeline;
import dev.tailrace.fakeserver.query.stage.PipelineContext;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Pipelines, and expressions by way of a pipeline that computes just one. */
class AggregateCorpusTest {

  private static final QueryContext CONTEXT = QueryContext.of(Corpus.VERSION);

  @TestFactory
  Stream<DynamicTest> pipelines() {
    Corpus corpus = Corpus.read("pipeline.jsonl");
    List<BsonDocument> orders = corpus.documents("orders");
    List<BsonDocument> items = corpus.documents("items");
    PipelineContext context =
        new PipelineContext(CONTEXT, (database, name) -> name.equals("items") ? items : List.of());
    return corpus.tests(
        Set.of("pipeline"),
        recorded ->
            new BsonDocument("result", run(recorded.getArray("pipeline"), orders, context)));
  }

  @TestFactory
  Stream<DynamicTest> expressions() {
    Corpus corpus = Corpus.read("expression.jsonl");
    List<BsonDocument> documents = List.of(corpus.header().getDocument("document"));
    PipelineContext context = PipelineContext.of(CONTEXT);
    return corpus.tests(
        Set.of("expression"),
        recorded -> {
          BsonDocument fields = new BsonDocument("_id", new BsonInt32(0));
          fields.append("r", recorded.get("expression"));
          BsonArray pipeline = new BsonArray(List.of(new BsonDocument("$project", fields)));
          return new BsonDocument("result", run(pipeline, documents, context).get(0));
        });
  }

  private static BsonArray run(
      BsonArray stages, List<BsonDocument> documents, PipelineContext context) {
    Pipeline pipeline = Pipeline.parse(stages, context).requirePositions().optimized();
    Iterator<BsonDocument> results = pipeline.run(documents.iterator());
    BsonArray all = new BsonArray();
    results.forEachRemaining(all::add);
    return all;
  }
}
