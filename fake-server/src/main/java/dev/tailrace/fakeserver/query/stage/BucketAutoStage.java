package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.accumulator.Accumulator;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code {$bucketAuto: {groupBy: EXPRESSION, buckets: N, output: {...}}}}: groups of about equal
 * size. The option {@code granularity} is not supported.
 */
final class BucketAutoStage extends Stage {

  private final Expression groupBy;
  private final int buckets;
  private final ImmutableMap<String, GroupAccumulator> output;
  private final BsonOrder order;

  private BucketAutoStage(
      Expression groupBy,
      int buckets,
      ImmutableMap<String, GroupAccumulator> output,
      BsonOrder order) {
    this.groupBy = groupBy;
    this.buckets = buckets;
    this.output = output;
    this.order = order;
  }

  static Stage parse(BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonDocument options)) {
      throw new CommandFailure(
          40_240,
          "The argument to $bucketAuto must be an object, but found type: "
              + BsonTypes.name(spec)
              + ".");
    }
    int buckets = 0;
    BsonDocument output = new BsonDocument("count", new BsonDocument("$sum", new BsonInt32(1)));
    for (Map.Entry<String, BsonValue> option : options.entrySet()) {
      BsonValue value = option.getValue();
      switch (option.getKey()) {
        case "groupBy" -> GroupShorthands.requireGroupBy(value, 40_239, "$bucketAuto");
        case "buckets" -> buckets = buckets(value);
        case "output" -> {
          if (!(value instanceof BsonDocument fields)) {
            throw new CommandFailure(
                40_244,
                "The $bucketAuto 'output' field must be an object, but found type: "
                    + BsonTypes.name(value)
                    + ".");
          }
          output = fields;
        }
        case "granularity" ->
            throw new CommandFailure(
                ErrorCode.COMMAND_NOT_SUPPORTED,
                "the fake server does not support $bucketAuto with granularity");
        default ->
            throw new CommandFailure(
                40_245, "Unrecognized option to $bucketAuto: " + option.getKey() + ".");
      }
    }
    BsonValue groupBy = options.get("groupBy");
    if (groupBy == null || buckets == 0) {
      throw new CommandFailure(
          40_246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.");
    }
    return new BucketAutoStage(
        Expression.parse(groupBy, context),
        buckets,
        GroupAccumulator.parseFields(output, context),
        context.order());
  }

  private static int buckets(BsonValue value) {
    if (!Numbers.isNumber(value)) {
      throw new CommandFailure(
          40_241,
          "The $bucketAuto 'buckets' field must be a numeric value, but found type: "
              + BsonTypes.name(value)
              + ".");
    }
    if (!Numbers.isInt(value)) {
      throw new CommandFailure(
          40_242,
          "The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found "
              + ValueText.value(value)
              + ".");
    }
    int buckets = Numbers.toInt(value);
    if (buckets <= 0) {
      throw new CommandFailure(
          40_243,
          "The $bucketAuto 'buckets' field must be greater than 0, but found: " + buckets + ".");
    }
    return buckets;
  }

  @Override
  public String name() {
    return "$bucketAuto";
  }

  @Override
  public Stage optimized() {
    ImmutableMap.Builder<String, GroupAccumulator> optimized = ImmutableMap.builder();
    output.forEach((name, each) -> optimized.put(name, each.optimized()));
    return new BucketAutoStage(groupBy.optimized(), buckets, optimized.buildOrThrow(), order);
  }

  /** A document and the value it is grouped by. */
  private record Entry(BsonValue key, BsonDocument document) {}

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    List<Entry> entries = new ArrayList<>();
    input.forEachRemaining(
        document -> {
          @Nullable BsonValue key = groupBy.evaluate(document);
          entries.add(new Entry(key == null ? BsonNull.VALUE : key, document));
        });
    entries.sort((a, b) -> order.compare(a.key, b.key));
    List<BsonDocument> results = new ArrayList<>();
    int size = (int) Math.max(1, Math.round((double) entries.size() / buckets));
    int from = 0;
    while (from < entries.size()) {
      boolean last = results.size() == buckets - 1;
      int to = last ? entries.size() : Math.min(entries.size(), from + size);
      while (to < entries.size() && order.equal(entries.get(to - 1).key, entries.get(to).key)) {
        to++;
      }
      BsonValue upper = to < entries.size() ? entries.get(to).key : entries.get(to - 1).key;
      results.add(bucket(entries.subList(from, to), upper));
      from = to;
    }
    return results.iterator();
  }

  private BsonDocument bucket(List<Entry> entries, BsonValue upper) {
    BsonDocument bounds = new BsonDocument("min", entries.get(0).key).append("max", upper);
    BsonDocument result = new BsonDocument("_id", bounds);
    Map<String, Accumulator> running = new LinkedHashMap<>();
    output.forEach(
        (name, each) -> {
          Accumulator accumulator = each.create(bounds);
          entries.forEach(entry -> accumulator.add(each.argument(entry.document)));
          running.put(name, accumulator);
        });
    running.forEach(
        (name, accumulator) -> {
          @Nullable BsonValue value = accumulator.result();
          result.append(name, value == null ? BsonNull.VALUE : value);
        });
    return result;
  }
}
