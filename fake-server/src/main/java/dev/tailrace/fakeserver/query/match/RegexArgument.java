package dev.tailrace.fakeserver.query.match;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.regex.PerlRegex;
import dev.tailrace.fakeserver.query.value.Utf8;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Reads regular expressions, which are values of their own or written {@code {$regex: "..."}}. */
final class RegexArgument {

  private static final int MAX_BYTES = 32_764;

  private RegexArgument() {}

  static Predicate predicate(String path, BsonRegularExpression regex, QueryContext context) {
    return PathPredicate.of(path, test(regex, context));
  }

  /** {@code $regex} and {@code $options} among a field's operators. */
  static Predicate predicate(String path, BsonDocument operators, QueryContext context) {
    String pattern = "";
    String options = "";
    for (Map.Entry<String, BsonValue> operator : operators.entrySet()) {
      BsonValue value = operator.getValue();
      if (operator.getKey().equals("$regex")) {
        if (value instanceof BsonRegularExpression regex) {
          pattern = regex.getPattern();
          if (!regex.getOptions().isEmpty() && !options.isEmpty()) {
            throw new CommandFailure(51_074, "options set in both $regex and $options");
          }
          options = regex.getOptions().isEmpty() ? options : regex.getOptions();
        } else if (value instanceof BsonString string) {
          pattern = string.getValue();
        } else {
          throw badValue("$regex has to be a string");
        }
      } else if (operator.getKey().equals("$options")) {
        if (!(value instanceof BsonString string)) {
          throw badValue("$options has to be a string");
        }
        if (!options.isEmpty()) {
          throw new CommandFailure(51_075, "options set in both $regex and $options");
        }
        options = string.getValue();
      }
    }
    return PathPredicate.of(path, test(pattern, options, context));
  }

  static ValueTest test(BsonRegularExpression regex, QueryContext context) {
    return test(regex.getPattern(), regex.getOptions(), context);
  }

  private static ValueTest test(String pattern, String options, QueryContext context) {
    if (Utf8.length(pattern) > MAX_BYTES) {
      throw new CommandFailure(51_091, "Regular expression is too long");
    }
    if (pattern.indexOf('\0') >= 0) {
      throw badValue("Regular expression cannot contain an embedded null byte");
    }
    if (options.indexOf('\0') >= 0) {
      throw badValue("Regular expression options string cannot contain an embedded null byte");
    }
    try {
      return Tests.regex(
          PerlRegex.compile(pattern, options, context.version()),
          new BsonRegularExpression(pattern, options));
    } catch (PerlRegex.BadPattern bad) {
      throw new CommandFailure(51_091, "Regular expression is invalid: " + bad.getMessage());
    }
  }

  private static CommandFailure badValue(String message) {
    return new CommandFailure(ErrorCode.BAD_VALUE, message);
  }
}
