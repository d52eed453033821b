package dev.tailrace.fakeserver.query.match;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Coercions;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.query.value.IntegerArgument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonRegularExpression;
import org.bson.BsonType;
import org.bson.BsonValue;

/** Reads the operators under one field, as {@code {$gt: 5, $lt: 8}}. */
final class FieldParser {

  private static final ImmutableMap<String, Tests.Comparison> COMPARISONS =
      ImmutableMap.of(
          "$eq", Tests.Comparison.EQ,
          "$lt", Tests.Comparison.LT,
          "$lte", Tests.Comparison.LTE,
          "$gt", Tests.Comparison.GT,
          "$gte", Tests.Comparison.GTE);

  private static final ImmutableMap<String, Tests.Bits> BITS =
      ImmutableMap.of(
          "$bitsAllSet", Tests.Bits.ALL_SET,
          "$bitsAllClear", Tests.Bits.ALL_CLEAR,
          "$bitsAnySet", Tests.Bits.ANY_SET,
          "$bitsAnyClear", Tests.Bits.ANY_CLEAR);

  /** The operators that a field can have, but for {@code $not}. */
  private static final ImmutableList<String> OTHERS =
      ImmutableList.of(
          "$all",
          "$elemMatch",
          "$exists",
          "$geoIntersects",
          "$geoNear",
          "$geoWithin",
          "$in",
          "$mod",
          "$ne",
          "$near",
          "$nearSphere",
          "$nin",
          "$options",
          "$regex",
          "$size",
          "$type",
          "$within");

  private final String path;
  private final BsonDocument operators;
  private final QueryContext context;
  private final FilterScope scope;

  FieldParser(String path, BsonDocument operators, FilterScope scope) {
    this.path = path;
    this.operators = operators;
    this.context = scope.context();
    this.scope = scope;
  }

  /** What all operators together ask. */
  Predicate parse() {
    return Junction.all(parseAll());
  }

  private ImmutableList<Predicate> parseAll() {
    ImmutableList.Builder<Predicate> all = ImmutableList.builder();
    for (Map.Entry<String, BsonValue> operator : operators.entrySet()) {
      operator(operator.getKey(), operator.getValue()).ifPresent(all::add);
    }
    return all.build();
  }

  static Predicate equality(String path, BsonValue value, BsonOrder order) {
    if (value.getBsonType() == BsonType.UNDEFINED) {
      throw badValue("cannot compare to undefined");
    }
    return PathPredicate.equality(path, Tests.comparison(Tests.Comparison.EQ, value, order), value);
  }

  private Optional<Predicate> operator(String name, BsonValue value) {
    Tests.Comparison comparison = COMPARISONS.get(name);
    if (comparison != null) {
      return Optional.of(comparison(comparison, value));
    }
    Tests.Bits bits = BITS.get(name);
    if (bits != null) {
      return Optional.of(
          PathPredicate.of(path, Tests.bits(bits, BitMask.parse(path, name, value))));
    }
    return switch (name) {
      case "$not" -> Optional.of(not(value));
      case "$ne" -> Optional.of(notEqual(value));
      case "$in" -> Optional.of(in(name, value));
      case "$nin" -> Optional.of(Junction.not(in(name, value)));
      case "$exists" -> Optional.of(exists(value));
      case "$type" -> Optional.of(type(value));
      case "$mod" -> Optional.of(mod(value));
      case "$size" -> Optional.of(size(value));
      case "$all" -> Optional.of(all(value));
      case "$elemMatch" -> Optional.of(elemMatch(value));
      case "$regex" -> Optional.of(RegexArgument.predicate(path, operators, context));
      case "$options" -> {
        if (!operators.containsKey("$regex")) {
          throw badValue("$options needs a $regex");
        }
        yield Optional.empty();
      }
      case "$near", "$nearSphere", "$geoNear" -> throw near();
      case "$geoWithin", "$geoIntersects", "$within" ->
          throw badValue("the fake server does not support geospatial operators: " + name);
      case "$where" -> throw badValue("$where cannot be applied to a field");
      default -> throw badValue("unknown operator: " + name);
    };
  }

  private CommandFailure near() {
    boolean first = operators.getFirstKey().contains("ear");
    if (!first) {
      return badValue("near must be first in: " + ElementText.value(operators));
    }
    scope.requireCommand("$geoNear, $near, and $nearSphere");
    return new CommandFailure(
        ErrorCode.BAD_VALUE,
        "error processing query: planner returned error: unable to find index for $geoNear query");
  }

  private Predicate comparison(Tests.Comparison comparison, BsonValue value) {
    if (comparison == Tests.Comparison.EQ) {
      return equality(path, value, context.order());
    }
    if (value instanceof BsonRegularExpression) {
      throw badValue("Can't have RegEx as arg to predicate over field '" + path + "'.");
    }
    if (value.getBsonType() == BsonType.UNDEFINED) {
      throw badValue("cannot compare to undefined");
    }
    return PathPredicate.of(path, Tests.comparison(comparison, value, context.order()));
  }

  private Predicate notEqual(BsonValue value) {
    if (value instanceof BsonRegularExpression) {
      throw badValue("Can't have regex as arg to $ne.");
    }
    return Junction.not(equality(path, value, context.order()));
  }

  private Predicate not(BsonValue value) {
    if (value instanceof BsonRegularExpression regex) {
      return Junction.not(RegexArgument.predicate(path, regex, context));
    }
    if (!(value instanceof BsonDocument document)) {
      throw badValue("$not needs a regex or a document");
    }
    if (document.isEmpty()) {
      throw badValue("$not cannot be empty");
    }
    return Junction.not(
        Junction.of(Junction.Kind.AND, new FieldParser(path, document, scope).parseAll()));
  }

  private Predicate in(String name, BsonValue value) {
    if (!(value instanceof BsonArray array)) {
      throw badValue(name + " needs an array");
    }
    List<BsonValue> values = new ArrayList<>();
    ImmutableList.Builder<ValueTest> regexes = ImmutableList.builder();
    for (BsonValue element : array) {
      if (FilterParser.isOperators(element, false)) {
        throw badValue("cannot nest $ under $in");
      }
      if (element instanceof BsonRegularExpression regex) {
        regexes.add(RegexArgument.test(regex, context));
      } else if (element.getBsonType() == BsonType.UNDEFINED) {
        throw badValue("InMatchExpression equality cannot be undefined");
      } else {
        values.add(element);
      }
    }
    ImmutableList<ValueTest> tests = regexes.build();
    boolean single = values.size() == 1 && tests.isEmpty();
    return single
        ? equality(path, values.get(0), context.order())
        : PathPredicate.of(path, Tests.in(values, tests, context.order()));
  }

  private Predicate exists(BsonValue value) {
    Predicate exists = PathPredicate.of(path, found -> found != null);
    return Coercions.isTrue(value) ? exists : Junction.not(exists);
  }

  private Predicate type(BsonValue value) {
    TypeSet types = TypeSet.parse(value);
    if (types.isEmpty()) {
      throw new CommandFailure(ErrorCode.FAILED_TO_PARSE, path + " must match at least one type");
    }
    return PathPredicate.of(path, Tests.type(types));
  }

  private Predicate mod(BsonValue value) {
    if (!(value instanceof BsonArray array)) {
      throw badValue("malformed mod, needs to be an array");
    }
    if (array.isEmpty()) {
      throw badValue("malformed mod, not enough elements");
    }
    if (!Numbers.isNumber(array.get(0))) {
      throw badValue("malformed mod, divisor not a number");
    }
    if (array.size() < 2) {
      throw badValue("malformed mod, not enough elements");
    }
    if (!Numbers.isNumber(array.get(1))) {
      throw badValue("malformed mod, remainder not a number");
    }
    if (array.size() > 2) {
      throw badValue("malformed mod, too many elements");
    }
    long divisor = modNumber(array.get(0), "divisor");
    long remainder = modNumber(array.get(1), "remainder");
    if (divisor == 0) {
      throw badValue("divisor cannot be 0");
    }
    return PathPredicate.of(path, Tests.mod(divisor, remainder, context.atLeast(5, 0)));
  }

  private long modNumber(BsonValue number, String role) {
    boolean finite = !Numbers.isNaN(number) && !Numbers.isInfinite(number);
    if (!finite && context.atLeast(5, 0)) {
      throw badValue(
          "malformed mod, %s value is invalid :: caused by :: Unable to coerce NaN/Inf to integral type"
              .formatted(role));
    }
    return Numbers.toLong(number);
  }

  private Predicate size(BsonValue value) {
    int size = size(value, context);
    if (size < 0) {
      throw badValue("$size may not be negative");
    }
    return PathPredicate.ofArray(path, array -> array.size() == size);
  }

  private static int size(BsonValue value, QueryContext context) {
    String failed = "Failed to parse $size. ";
    if (context.atLeast(5, 0)) {
      String element = ElementText.field("$size", value);
      if (!Numbers.isNumber(value)) {
        throw badValue(failed + "Expected a number in: " + element);
      }
      long size = IntegerArgument.parse("$size", value);
      if (size < 0) {
        throw badValue(failed + "Expected a non-negative number in: " + element);
      }
      return (int) Math.min(size, Integer.MAX_VALUE);
    }
    BsonType type = value.getBsonType();
    if (type != BsonType.INT32 && type != BsonType.INT64 && type != BsonType.DOUBLE) {
      throw badValue("$size needs a number");
    }
    if (!Numbers.isInt(value)) {
      throw badValue(
          type == BsonType.DOUBLE
              ? "$size must be a whole number"
              : "$size must be representable as a 32-bit integer");
    }
    return Numbers.toInt(value);
  }

  private Predicate all(BsonValue value) {
    if (!(value instanceof BsonArray array)) {
      throw badValue("$all needs an array");
    }
    if (array.isEmpty()) {
      return Predicate.constant(false);
    }
    ImmutableList.Builder<Predicate> all = ImmutableList.builder();
    boolean ofElemMatch = isElemMatch(array.get(0));
    for (BsonValue element : array) {
      if (ofElemMatch) {
        if (!isElemMatch(element)) {
          throw badValue("$all/$elemMatch has to be consistent");
        }
        all.add(elemMatch(element.asDocument().get("$elemMatch", BsonNull.VALUE)));
      } else if (element instanceof BsonRegularExpression regex) {
        all.add(RegexArgument.predicate(path, regex, context));
      } else if (element instanceof BsonDocument document && startsWithOperator(document)) {
        throw badValue("no $ expressions in $all");
      } else {
        all.add(equality(path, element, context.order()));
      }
    }
    return Junction.of(Junction.Kind.AND, all.build());
  }

  private static boolean isElemMatch(BsonValue value) {
    return value instanceof BsonDocument document
        && !document.isEmpty()
        && document.getFirstKey().equals("$elemMatch");
  }

  /** Whether a document's first field is an operator that a field can have, {@code $not} aside. */
  static boolean startsWithOperator(BsonDocument document) {
    if (document.isEmpty()) {
      return false;
    }
    String first = document.getFirstKey();
    return COMPARISONS.containsKey(first) || BITS.containsKey(first) || OTHERS.contains(first);
  }

  private Predicate elemMatch(BsonValue value) {
    if (!(value instanceof BsonDocument document)) {
      throw badValue("$elemMatch needs an Object");
    }
    boolean ofValues =
        FilterParser.isOperators(document, true)
            && !FilterParser.WITHOUT_PATH.contains(document.getFirstKey());
    if (ofValues) {
      ImmutableList<Predicate> tests = new FieldParser("", document, scope.nested()).parseAll();
      return new ElementPredicate(path, Junction.of(Junction.Kind.AND, tests), false);
    }
    return new ElementPredicate(path, FilterParser.parse(document, scope.nested()), true);
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }
}
