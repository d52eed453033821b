package dev.tailrace.fakeserver.query.stage;

import com.google.common.collect.Lists;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.number.Numbers;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** {@code {$sample: {size: N}}}: some of the documents, drawn at random. */
final class SampleStage extends Stage {

  private final long size;
  private final RandomGenerator random;

  private SampleStage(long size, RandomGenerator random) {
    this.size = size;
    this.random = random;
  }

  static Stage parse(BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonDocument document)) {
      throw new CommandFailure(28_745, "the $sample stage specification must be an object");
    }
    long size = -1;
    for (Map.Entry<String, BsonValue> option : document.entrySet()) {
      if (!option.getKey().equals("size")) {
        throw new CommandFailure(28_748, "unrecognized option to $sample: " + option.getKey());
      }
      if (!Numbers.isNumber(option.getValue())) {
        throw new CommandFailure(28_746, "size argument to $sample must be a number");
      }
      size = Numbers.toLong(option.getValue());
      if (size < 0 || (size == 0 && context.atLeast(5, 0))) {
        throw new CommandFailure(
            28_747,
            context.atLeast(5, 0)
                ? "size argument to $sample must be a positive integer"
                : "size argument to $sample must not be negative");
      }
    }
    if (size < 0) {
      throw new CommandFailure(28_749, "$sample stage must specify a size");
    }
    return new SampleStage(size, context.random());
  }

  @Override
  public String name() {
    return "$sample";
  }

  @Override
  public Iterator<BsonDocument> run(Iterator<BsonDocument> input) {
    List<BsonDocument> all = Lists.newArrayList(input);
    for (int i = all.size() - 1; i > 0; i--) {
      Collections.swap(all, i, random.nextInt(i + 1));
    }
    return all.subList(0, (int) Math.min(size, all.size())).iterator();
  }
}
