package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Operators that take what is written rather than what it evaluates to, and JavaScript. */
final class SpecialOperators {

  private static final ImmutableSet<String> METADATA =
      ImmutableSet.of(
          "geoNearDistance",
          "geoNearPoint",
          "indexKey",
          "randVal",
          "recordId",
          "searchHighlights",
          "searchScore",
          "sortKey",
          "textScore");

  private SpecialOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add("$literal", (argument, scope) -> new Constant(argument));
    table.add("$const", (argument, scope) -> new Constant(argument));
    table.add("$meta", (argument, scope) -> meta(argument));
    table.since(4, 4);
    table.add("$function", SpecialOperators::function);
    table.since(5, 0);
    table.add("$rand", SpecialOperators::random);
  }

  /** A number from 0 to 1, drawn anew at every evaluation. */
  private static Expression random(BsonValue argument, ParseScope scope) {
    if (!(argument instanceof BsonDocument arguments)) {
      throw new CommandFailure(10_065, "invalid parameter: expected an object ($rand)");
    }
    if (!arguments.isEmpty()) {
      throw new CommandFailure(3_040_501, "$rand does not currently accept arguments");
    }
    QueryContext context = scope.context();
    return new NamedOperation(
        ImmutableMap.of(), none -> new BsonDouble(context.random().nextDouble()), context, false);
  }

  /** Metadata there never is: without text or geo queries it is missing. */
  private static Expression meta(BsonValue argument) {
    if (!(argument instanceof BsonString name)) {
      throw new CommandFailure(17_307, "$meta only supports string arguments");
    }
    if (!METADATA.contains(name.getValue())) {
      throw new CommandFailure(17_308, "Unsupported argument to $meta: " + name.getValue());
    }
    return name.getValue().equals("textScore") ? new TextScore() : new Constant(null);
  }

  /** The score of a text search; where there is none, whoever runs the query refuses it. */
  private static final class TextScore extends Expression {
    @Override
    public @Nullable BsonValue evaluate(Scope scope) {
      return null;
    }

    @Override
    public Expression optimized() {
      return this;
    }

    @Override
    List<Expression> children() {
      return List.of();
    }

    @Override
    public boolean needsTextScore() {
      return true;
    }
  }

  /** A function in JavaScript: checked as far as the server does without running it. */
  private static Expression function(BsonValue argument, ParseScope scope) {
    return ArgumentParser.of(
            argument,
            List.of("body", "args", "lang"),
            other ->
                new CommandFailure(
                    31_260,
                    "$function requires an object as an argument, found: " + BsonTypes.name(other)),
            unknown ->
                new CommandFailure(17_083, "Unrecognized parameter to $function: " + unknown))
        .require("body", 31_261, "The body function must be specified.")
        .require("args", 31_263, "The args field must be specified.")
        .require("lang", 31_418, "The lang field must be specified.")
        .unfoldedOperation(
            scope,
            arguments -> {
              throw new CommandFailure(
                  31_264,
                  "Cannot run server-side javascript without the javascript engine enabled");
            });
  }
}
