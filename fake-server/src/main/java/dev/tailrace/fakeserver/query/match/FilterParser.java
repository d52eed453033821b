package dev.tailrace.fakeserver.query.match;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.IntegerArgument;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonValue;

/** Reads filters: the operators without a path here, those of a field in {@link FieldParser}. */
final class FilterParser {

  /** Operators that stand beside fields, not under one. */
  static final ImmutableSet<String> WITHOUT_PATH =
      ImmutableSet.of(
          "$alwaysFalse",
          "$alwaysTrue",
          "$and",
          "$comment",
          "$db",
          "$expr",
          "$id",
          "$jsonSchema",
          "$nor",
          "$or",
          "$ref",
          "$sampleRate",
          "$text",
          "$where");

  private final FilterScope scope;
  private final QueryContext context;

  private FilterParser(FilterScope scope) {
    this.scope = scope;
    this.context = scope.context();
  }

  static Predicate parse(BsonDocument filter, FilterScope scope) {
    return new FilterParser(scope).filter(filter);
  }

  private Predicate filter(BsonDocument filter) {
    ImmutableList.Builder<Predicate> all = ImmutableList.builder();
    for (Map.Entry<String, BsonValue> field : filter.entrySet()) {
      String name = field.getKey();
      BsonValue value = field.getValue();
      if (name.startsWith("$")) {
        withoutPath(name, value).ifPresent(all::add);
      } else {
        all.add(field(name, value));
      }
    }
    return Junction.all(all.build());
  }

  private Predicate field(String name, BsonValue value) {
    if (isOperators(value, false)) {
      return new FieldParser(name, value.asDocument(), scope).parse();
    }
    if (value instanceof BsonRegularExpression regex) {
      return RegexArgument.predicate(name, regex, context);
    }
    return FieldParser.equality(name, value, context.order());
  }

  /**
   * Whether a value is a document of operators rather than one to compare with: its first field
   * starts with a dollar, and it is no DBRef.
   *
   * @param partOfDbRef whether any of a DBRef's fields makes it one
   */
  static boolean isOperators(BsonValue value, boolean partOfDbRef) {
    if (!(value instanceof BsonDocument document)
        || document.isEmpty()
        || !document.getFirstKey().startsWith("$")) {
      return false;
    }
    boolean ref = document.containsKey("$ref");
    boolean id = document.containsKey("$id");
    boolean isDbRef = partOfDbRef ? ref || id || document.containsKey("$db") : ref && id;
    return !isDbRef;
  }

  private Optional<Predicate> withoutPath(String name, BsonValue value) {
    return switch (name) {
      case "$and" -> Optional.of(junction(Junction.Kind.AND, name, value));
      case "$or" -> Optional.of(junction(Junction.Kind.OR, name, value));
      case "$nor" -> Optional.of(junction(Junction.Kind.NOR, name, value));
      case "$comment" -> Optional.empty();
      case "$expr" -> Optional.of(expression(value));
      case "$jsonSchema" -> Optional.of(jsonSchema(value));
      case "$alwaysTrue", "$alwaysFalse" -> Optional.of(always(name, value));
      case "$sampleRate" -> Optional.of(sampleRate(value));
      case "$ref", "$db" -> Optional.of(FieldParser.equality(name, value, BsonOrder.SIMPLE));
      case "$id" -> Optional.of(FieldParser.equality(name, value, context.order()));
      case "$text" -> throw text(value);
      case "$where" -> throw where(value);
      default ->
          throw badValue(
              "unknown top level operator: "
                  + name
                  + (context.atLeast(5, 0)
                      ? ". If you have a field name that starts with a '$' symbol, consider using"
                          + " $getField or $setField."
                      : ""));
    };
  }

  private Predicate junction(Junction.Kind kind, String name, BsonValue value) {
    if (!(value instanceof BsonArray array)) {
      throw badValue(name + " must be an array");
    }
    if (array.isEmpty()) {
      throw badValue("$and/$or/$nor must be a nonempty array");
    }
    ImmutableList.Builder<Predicate> parts = ImmutableList.builder();
    for (BsonValue part : array) {
      if (!(part instanceof BsonDocument document)) {
        throw badValue("$or/$and/$nor entries need to be full objects");
      }
      parts.add(filter(document));
    }
    return Junction.of(kind, parts.build());
  }

  private Predicate expression(BsonValue value) {
    scope.requireTopLevel("$expr");
    scope.requireWhole("$expr", ErrorCode.QUERY_FEATURE_NOT_ALLOWED);
    scope.requireNoUpsert("$expr");
    return new ExpressionPredicate(Expression.parse(value, context));
  }

  private Predicate jsonSchema(BsonValue value) {
    scope.requireWhole("$jsonSchema", ErrorCode.QUERY_FEATURE_NOT_ALLOWED);
    return JsonSchemaParser.parse(value, context);
  }

  private static Predicate always(String name, BsonValue value) {
    if (IntegerArgument.parse(name, value) != 1) {
      throw new CommandFailure(ErrorCode.FAILED_TO_PARSE, name + " must be an integer value of 1");
    }
    return Predicate.constant(name.equals("$alwaysTrue"));
  }

  /** A share of the documents, drawn at random. */
  private Predicate sampleRate(BsonValue value) {
    if (!Numbers.isNumber(value)) {
      throw badValue("argument to $sampleRate must be a numeric type");
    }
    double rate = Numbers.toDouble(value);
    if (!(rate >= 0 && rate <= 1)) {
      throw badValue("numeric argument to $sampleRate must be in [0, 1]");
    }
    if (rate == 0 || rate == 1) {
      return Predicate.constant(rate == 1);
    }
    return new RandomPredicate(rate, context.random());
  }

  private CommandFailure text(BsonValue value) {
    scope.requireTopLevel("$text");
    scope.requireWhole("$text", ErrorCode.BAD_VALUE);
    if (!(value instanceof BsonDocument query)) {
      return badValue("$text expects an object");
    }
    BsonValue search = query.get("$search");
    if (search == null) {
      return new CommandFailure(ErrorCode.NO_SUCH_KEY, "Missing expected field \"$search\"");
    }
    return new CommandFailure(ErrorCode.INDEX_NOT_FOUND, "text index required for $text query");
  }

  private CommandFailure where(BsonValue value) {
    scope.requireCommand("$where");
    scope.requireTopLevel("$where");
    boolean isCode = value.isString() || value.isJavaScript() || value.isJavaScriptWithScope();
    return isCode
        ? badValue("no globalScriptEngine in $where parsing")
        : badValue("$where got bad type");
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }
}
