package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.sort.SortOrder;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** {@code {$sort: ORDER}}. */
final class SortStage extends Stage {

  private final SortOrder order;

  private SortStage(SortOrder order) {
    this.order = order;
  }

  static Stage parse(BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonDocument document)) {
      throw new CommandFailure(15_973, "the $sort key specification must be an object");
    }
    if (document.isEmpty()) {
      throw new CommandFailure(15_976, "$sort stage must have at least one sort key");
    }
    return new SortStage(SortOrder.parse(document, context));
  }

  @Override
  public String name() {
    return "$sort";
  }

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    return order.sort(() -> input).iterator();
  }

  @Override
  Optional<Consumer<Consumer<String>>> pathsOfUnchanged() {
    return Optional.of(order::forEachPath);
  }
}
