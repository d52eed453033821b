package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.List;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code $firstN}, {@code $lastN}, {@code $minN} and {@code $maxN}, as
 * accumulators and as expressions.
 *
 * @param n how many values are wanted
 * @param input where they are taken from
 */
public record CountedArguments(Expression n, Expression input) {

  /**
   * Parses {@code {n: EXPRESSION, input: EXPRESSION}}.
   *
   * @param operator its name, with the dollar
   * @throws CommandFailure if the server would refuse it
   */
  public static CountedArguments parse(String operator, BsonValue argument, ParseScope scope) {
    boolean ofExtreme = operator.equals("$minN") || operator.equals("$maxN");
    ArgumentParser arguments =
        ArgumentParser.of(
                argument,
                List.of("n", "input"),
                other ->
                    new CommandFailure(
                        ofExtreme ? 5_787_900 : 5_787_801,
                        "specification must be an object; found "
                            + ElementText.field(operator, other)),
                unknown ->
                    new CommandFailure(5_787_901, "Unknown argument for 'n' operator: " + unknown))
            .require("n", 5_787_906, "Missing value for 'n'")
            .require("input", 5_787_907, "Missing value for 'input'");
    return new CountedArguments(arguments.parse("n", scope), arguments.parse("input", scope));
  }

  /**
   * How many values an evaluated {@code n} asks for.
   *
   * @throws CommandFailure if it is no positive whole number
   */
  public static int count(@Nullable BsonValue n) {
    if (n == null || !Numbers.isNumber(n)) {
      throw new CommandFailure(
          5_787_902, "Value for 'n' must be of integral type, but found " + ValueText.value(n));
    }
    if (!Numbers.isLong(n)) {
      throw new CommandFailure(
          5_787_903, "Value for 'n' must be of integral type, but found " + ValueText.value(n));
    }
    long count = Numbers.toLong(n);
    if (count <= 0) {
      throw new CommandFailure(5_787_908, "'n' must be greater than 0, found " + count);
    }
    return (int) Math.min(count, Integer.MAX_VALUE);
  }
}
