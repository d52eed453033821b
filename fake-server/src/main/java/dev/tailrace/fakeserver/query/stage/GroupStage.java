package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.accumulator.Accumulator;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code {$group: {_id: EXPRESSION, field: ACCUMULATOR, ...}}}. Groups come out in the order in
 * which their first documents came in; the server promises none.
 */
final class GroupStage extends Stage {

  private final Expression id;
  private final ImmutableMap<String, GroupAccumulator> accumulators;
  private final BsonOrder order;

  GroupStage(Expression id, ImmutableMap<String, GroupAccumulator> accumulators, BsonOrder order) {
    this.id = id;
    this.accumulators = accumulators;
    this.order = order;
  }

  static Stage parse(BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonDocument document)) {
      throw new CommandFailure(15_947, "a group's fields must be specified in an object");
    }
    Map<String, BsonValue> fields = new LinkedHashMap<>(document);
    BsonValue id = fields.remove("_id");
    ImmutableMap<String, GroupAccumulator> accumulators =
        GroupAccumulator.parseFields(fields, context);
    if (id == null) {
      throw new CommandFailure(15_955, "a group specification must include an _id");
    }
    return new GroupStage(Expression.parse(id, context), accumulators, context.order());
  }

  @Override
  public String name() {
    return "$group";
  }

  @Override
  public Stage optimized() {
    ImmutableMap.Builder<String, GroupAccumulator> optimized = ImmutableMap.builder();
    accumulators.forEach((name, each) -> optimized.put(name, each.optimized()));
    return new GroupStage(id.optimized(), optimized.buildOrThrow(), order);
  }

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    Map<BsonOrder.Key, Group> groups = new LinkedHashMap<>();
    while (input.hasNext()) {
      BsonDocument document = input.next();
      BsonValue value = id.evaluate(document);
      BsonValue key = value == null ? BsonNull.VALUE : value;
      groups.computeIfAbsent(order.key(key), same -> new Group(key)).add(document);
    }
    return groups.values().stream().map(Group::result).iterator();
  }

  /** One group and what its accumulators have so far. */
  private final class Group {
    private final BsonValue key;
    private final Map<String, Accumulator> running = new LinkedHashMap<>();

    Group(BsonValue key) {
      this.key = key;
      BsonDocument keyDocument = key instanceof BsonDocument object ? object : new BsonDocument();
      accumulators.forEach((name, each) -> running.put(name, each.create(keyDocument)));
    }

    void add(BsonDocument document) {
      accumulators.forEach(
          (name, each) -> {
            Accumulator accumulator = running.get(name);
            if (accumulator != null) {
              accumulator.add(each.argument(document));
            }
          });
    }

    BsonDocument result() {
      BsonDocument result = new BsonDocument("_id", key);
      running.forEach(
          (name, accumulator) -> {
            @Nullable BsonValue value = accumulator.result();
            result.append(name, value == null ? BsonNull.VALUE : value);
          });
      return result;
    }
  }
}
