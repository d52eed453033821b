package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.accumulator.Percentiles;
import dev.tailrace.fakeserver.query.number.NumberText;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The arguments of {@code $percentile} and {@code $median}, as accumulators and as expressions.
 *
 * @param input where the numbers are taken from
 * @param shares which percentiles, from 0 to 1
 * @param isMedian whether there is just one, which is no array then
 */
public record PercentileArguments(
    Expression input, ImmutableList<Double> shares, boolean isMedian) {

  /**
   * Parses {@code {input: EXPRESSION, p: ARRAY, method: STRING}}; the median has no {@code p}.
   *
   * @param operator its name, with the dollar
   * @param notAnObject the code of the error if the argument is no object
   * @throws CommandFailure if the server would refuse it
   */
  public static PercentileArguments parse(
      String operator, int notAnObject, BsonValue argument, ParseScope scope) {
    boolean isMedian = operator.equals("$median");
    List<String> names = isMedian ? List.of("input", "method") : List.of("input", "p", "method");
    ArgumentParser arguments =
        ArgumentParser.of(
            argument,
            names,
            other ->
                new CommandFailure(
                    notAnObject,
                    "specification must be an object; found " + ElementText.field(operator, other)),
            unknown ->
                new CommandFailure(
                    40_415,
                    "BSON field '%s.%s' is an unknown field.".formatted(operator, unknown)));
    for (String name : names) {
      arguments.require(
          name,
          40_414,
          "BSON field '%s.%s' is missing but a required field".formatted(operator, name));
    }
    requireMethod(operator, arguments, scope.context());
    Expression input = arguments.parse("input", scope);
    return new PercentileArguments(
        input, isMedian ? ImmutableList.of(0.5) : shares(arguments, scope), isMedian);
  }

  private static void requireMethod(
      String operator, ArgumentParser arguments, QueryContext context) {
    if (!(arguments.raw("method") instanceof BsonString method)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "BSON field '%s.method' is the wrong type '%s', expected type 'string'"
              .formatted(operator, BsonTypes.name(arguments.raw("method"))));
    }
    String name = method.getValue();
    boolean accurate = context.atLeast(8, 1);
    boolean known =
        name.equals("approximate")
            || (accurate && (name.equals("discrete") || name.equals("continuous")));
    if (!known) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          accurate
              ? "Currently only 'approximate', 'discrete', and 'continuous' can be used as percentile 'method'."
              : "Currently only 'approximate' can be used as percentile 'method'.");
    }
  }

  private static ImmutableList<Double> shares(ArgumentParser arguments, ParseScope scope) {
    Expression p = arguments.parse("p", scope).optimized();
    if (!(p instanceof Constant constant)) {
      throw new CommandFailure(
          7_750_300,
          "The $percentile 'p' field must be an array of constant values, but found value: "
              + ElementText.value(arguments.given("p"))
              + ".");
    }
    String expected =
        "The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: ";
    if (!(constant.value() instanceof BsonArray array) || array.isEmpty()) {
      throw new CommandFailure(7_750_301, expected + ValueText.value(constant.value()));
    }
    ImmutableList.Builder<Double> shares = ImmutableList.builder();
    for (BsonValue element : array) {
      if (!Numbers.isNumber(element)) {
        throw new CommandFailure(7_750_302, expected + ValueText.value(element));
      }
      double share = Numbers.toDouble(element);
      if (share < 0 || share > 1) {
        throw new CommandFailure(7_750_303, expected + NumberText.brief(share));
      }
      shares.add(share);
    }
    return shares.build();
  }

  /** An accumulator that has seen no number yet. */
  public Percentiles start() {
    return new Percentiles(shares, isMedian);
  }
}
