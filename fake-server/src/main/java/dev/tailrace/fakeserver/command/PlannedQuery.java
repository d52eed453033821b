package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.Namespace;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What the planner is asked, as it shows it where it has no plan.
 *
 * @param batchSize what the command says; null if it does not
 * @param limit what the command says; null if it does not
 * @param skip what the command says; null if it does not
 */
record PlannedQuery(
    BsonDocument filter,
    BsonDocument sort,
    BsonDocument projection,
    BsonDocument collation,
    @Nullable Long batchSize,
    @Nullable Long limit,
    @Nullable Long skip) {

  /** A query by nothing but a filter. */
  static PlannedQuery of(BsonDocument filter) {
    BsonDocument none = new BsonDocument();
    return new PlannedQuery(filter, none, none, none, null, null, null);
  }

  /** The query with a collation. */
  PlannedQuery in(BsonDocument wanted) {
    return new PlannedQuery(filter, sort, projection, wanted, batchSize, limit, skip);
  }

  /** The query for the first document of an order, or for any. */
  PlannedQuery firstBy(BsonDocument order) {
    Long one = order.isEmpty() ? null : Long.valueOf(1);
    return new PlannedQuery(filter, order, projection, collation, batchSize, one, skip);
  }

  /** The refusal of the query. */
  CommandFailure refused(Namespace namespace, String why) {
    return new CommandFailure(
        ErrorCode.BAD_VALUE, "error processing query: " + print(namespace) + " " + why);
  }

  /** The refusal by the planner, which has a code of its own. */
  CommandFailure unplanned(Namespace namespace, int code, String why) {
    return new CommandFailure(
        code,
        "error processing query: %s planner returned error :: caused by :: %s"
            .formatted(print(namespace), why));
  }

  private String print(Namespace namespace) {
    StringBuilder text = new StringBuilder("ns=").append(namespace);
    append(text, " batchSize=", batchSize);
    append(text, " limit=", limit);
    append(text, " skip=", skip);
    text.append("Tree: ").append(FilterText.of(filter));
    text.append("Sort: ").append(ElementText.value(sort)).append('\n');
    text.append("Proj: ").append(ElementText.value(projection)).append('\n');
    if (!collation.isEmpty()) {
      text.append("Collation: ").append(ElementText.value(collation)).append('\n');
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String name, @Nullable Long number) {
    if (number != null) {
      text.append(name).append(number);
    }
  }
}
