package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.Iterators;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** {@code {$skip: N}} and {@code {$limit: N}}. */
final class RangeStage extends Stage {

  private final String name;
  private final long count;

  private RangeStage(String name, long count) {
    this.name = name;
    this.count = count;
  }

  static Stage parseSkip(BsonValue spec, QueryContext context) {
    long count = count(spec, "$skip", context);
    if (count < 0) {
      throw context.atLeast(5, 0)
          ? new CommandFailure(
              5_107_200,
              "invalid argument to $skip stage: Expected a non-negative number in: "
                  + ElementText.field("$skip", spec))
          : new CommandFailure(15_956, "Argument to $skip cannot be negative");
    }
    return new RangeStage("$skip", count);
  }

  static Stage parseLimit(BsonValue spec, QueryContext context) {
    long count = count(spec, "$limit", context);
    if (count < 0 && context.atLeast(5, 0)) {
      throw new CommandFailure(
          5_107_201,
          "invalid argument to $limit stage: Expected a non-negative number in: "
              + ElementText.field("$limit", spec));
    }
    if (count <= 0) {
      throw new CommandFailure(15_958, "the limit must be positive");
    }
    return new RangeStage("$limit", count);
  }

  private static long count(BsonValue spec, String name, QueryContext context) {
    boolean skip = name.equals("$skip");
    if (!context.atLeast(5, 0)) {
      if (!Numbers.isNumber(spec)) {
        throw skip
            ? new CommandFailure(15_972, "Argument to $skip must be a number")
            : new CommandFailure(15_957, "the limit must be specified as a number");
      }
      return Numbers.toLong(spec);
    }
    if (!Numbers.isLong(spec)) {
      throw new CommandFailure(
          skip ? 5_107_200 : 5_107_201,
          "invalid argument to %s stage: Expected %s in: %s"
              .formatted(
                  name,
                  Numbers.isNumber(spec) ? "an integer" : "a number",
                  ElementText.field(name, spec)));
    }
    return Numbers.toLong(spec);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    if (name.equals("$limit")) {
      return Iterators.limit(input, (int) Math.min(count, Integer.MAX_VALUE));
    }
    for (long i = 0; i < count && input.hasNext(); i++) {
      input.next();
    }
    return input;
  }

  @Override
  Optional<Consumer<Consumer<String>>> pathsOfUnchanged() {
    return Optional.of(paths -> {});
  }
}
