package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.Iterators;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * {@code {$documents: [EXPRESSION, ...]}}: documents out of nothing, at the start of a pipeline.
 */
final class DocumentsStage extends Stage {

  private final Expression documents;

  private DocumentsStage(Expression documents) {
    this.documents = documents;
  }

  static Stage parse(BsonValue spec, QueryContext context) {
    return new DocumentsStage(Expression.parse(spec, context));
  }

  @Override
  public String name() {
    return "$documents";
  }

  @Override
  public Stage optimized() {
    return new DocumentsStage(documents.optimized());
  }

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    BsonValue value = documents.evaluate(new BsonDocument());
    if (!(value instanceof BsonArray array)) {
      throw new CommandFailure(
          5_858_203, "an array is expected, but found " + BsonTypes.name(value));
    }
    List<BsonDocument> made = new ArrayList<>();
    for (BsonValue element : array) {
      if (!(element instanceof BsonDocument document)) {
        throw new CommandFailure(
            40_228,
            "'newRoot' expression must evaluate to an object, but resulting value was: %s. Type of resulting value: '%s'. Input document: {}"
                .formatted(ValueText.value(element), BsonTypes.name(element)));
      }
      made.add(document);
    }
    return Iterators.concat(input, made.iterator());
  }
}
