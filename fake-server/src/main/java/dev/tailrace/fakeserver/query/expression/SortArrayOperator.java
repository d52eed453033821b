package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonNull;
import org.bson.BsonValue;

/** {@code {$sortArray: {input: ARRAY, sortBy: {a: 1}}}}. */
final class SortArrayOperator {

  private SortArrayOperator() {}

  static void register(OperatorTable.Builder table) {
    table.since(5, 2).add("$sortArray", SortArrayOperator::parse);
  }

  private static Expression parse(BsonValue argument, ParseScope scope) {
    ArgumentParser arguments =
        ArgumentParser.of(
                argument,
                List.of("input", "sortBy"),
                other ->
                    new CommandFailure(
                        2_942_500,
                        "$sortArray requires an object as an argument, found: "
                            + BsonTypes.name(other)),
                unknown ->
                    new CommandFailure(
                        2_942_501, "$sortArray found an unknown argument: " + unknown))
            .require("input", 2_942_502, "$sortArray requires 'input' to be specified")
            .require("sortBy", 2_942_503, "$sortArray requires 'sortBy' to be specified");
    Comparator<BsonValue> order =
        ElementOrder.parse(arguments.given("sortBy"), scope.context().order());
    return NamedOperation.ofOne(
        "input", arguments.parse("input", scope), given -> sort(given, order), scope.context());
  }

  private static BsonValue sort(NamedOperation.Arguments arguments, Comparator<BsonValue> order) {
    BsonValue input = arguments.present("input");
    if (input == null) {
      return BsonNull.VALUE;
    }
    if (!(input instanceof BsonArray array)) {
      throw new CommandFailure(
          2_942_504,
          "The input argument to $sortArray must be an array, but was of type: "
              + BsonTypes.name(input));
    }
    List<BsonValue> sorted = new ArrayList<>(array);
    sorted.sort(order);
    return new BsonArray(sorted);
  }
}
