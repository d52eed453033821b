package dev.tailrace.fakeserver.query.expression;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.regex.PerlRegex;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code $regexMatch}, {@code $regexFind}, {@code $regexFindAll}. */
final class RegexOperators {

  private RegexOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.add("$regexMatch", (argument, scope) -> RegexSearch.parse(Kind.MATCH, argument, scope));
    table.add("$regexFind", (argument, scope) -> RegexSearch.parse(Kind.FIND, argument, scope));
    table.add(
        "$regexFindAll", (argument, scope) -> RegexSearch.parse(Kind.FIND_ALL, argument, scope));
  }

  private enum Kind {
    MATCH("$regexMatch"),
    FIND("$regexFind"),
    FIND_ALL("$regexFindAll");

    private final String operator;

    Kind(String operator) {
      this.operator = operator;
    }
  }

  /**
   * One of the three searches. Its regex is compiled once if it is constant; the search itself is
   * never computed ahead.
   */
  private static final class RegexSearch extends Expression {

    /** What all matches in one text may take together, and about what each does. */
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final int BYTES_OF_A_MATCH = 128;

    /** A compiled regex, or none where it is null. */
    private record Compiled(@Nullable PerlRegex regex) {}

    private final Kind kind;
    private final ImmutableMap<String, Expression> arguments;
    private final QueryContext context;
    private final @Nullable Compiled constant;

    private RegexSearch(
        Kind kind,
        ImmutableMap<String, Expression> arguments,
        QueryContext context,
        @Nullable Compiled constant) {
      this.kind = kind;
      this.arguments = arguments;
      this.context = context;
      this.constant = constant;
    }

    static Expression parse(Kind kind, BsonValue argument, ParseScope scope) {
      String name = kind.operator;
      ImmutableMap<String, Expression> arguments =
          ArgumentParser.of(
                  argument,
                  List.of("input", "regex", "options"),
                  other ->
                      new CommandFailure(
                          51_103,
                          name
                              + " expects an object of named arguments but found: "
                              + BsonTypes.name(other)),
                  unknown ->
                      new CommandFailure(31_024, name + " found an unknown argument: " + unknown))
              .require("input", 31_022, name + " requires 'input' parameter")
              .require("regex", 31_023, name + " requires 'regex' parameter")
              .parseAll(scope);
      return new RegexSearch(kind, arguments, scope.context(), null);
    }

    @Override
    public Expression optimized() {
      ImmutableMap.Builder<String, Expression> builder = ImmutableMap.builder();
      arguments.forEach((name, expression) -> builder.put(name, expression.optimized()));
      ImmutableMap<String, Expression> optimized = builder.buildOrThrow();
      Expression regex = optimized.get("regex");
      Expression options = optimized.get("options");
      if (regex instanceof Constant pattern && (options == null || options.isConstant())) {
        BsonValue flags = options instanceof Constant given ? given.value() : null;
        return new RegexSearch(kind, optimized, context, compile(pattern.value(), flags));
      }
      return new RegexSearch(kind, optimized, context, null);
    }

    @Override
    List<Expression> children() {
      return arguments.values().asList();
    }

    @Override
    public BsonValue evaluate(Scope scope) {
      BsonValue input = argument("input", scope);
      BsonValue pattern = argument("regex", scope);
      BsonValue options = argument("options", scope);
      if (!(input instanceof BsonString) && !BsonTypes.isNullish(input)) {
        throw new CommandFailure(51_104, kind.operator + " needs 'input' to be of type string");
      }
      PerlRegex regex = (constant == null ? compile(pattern, options) : constant).regex;
      if (regex == null || !(input instanceof BsonString text)) {
        return switch (kind) {
          case MATCH -> BsonBoolean.FALSE;
          case FIND -> BsonNull.VALUE;
          case FIND_ALL -> new BsonArray();
        };
      }
      return search(regex, text.getValue());
    }

    private @Nullable BsonValue argument(String name, Scope scope) {
      Expression expression = arguments.get(name);
      return expression == null ? null : expression.evaluate(scope);
    }

    private BsonValue search(PerlRegex regex, String text) {
      try {
        return switch (kind) {
          case MATCH -> BsonBoolean.valueOf(regex.find(text, 0).isPresent());
          case FIND ->
              regex
                  .find(text, 0)
                  .<BsonValue>map(found -> describe(found, text.codePointCount(0, found.start())))
                  .orElse(BsonNull.VALUE);
          case FIND_ALL -> findAll(regex, text);
        };
      } catch (PerlRegex.GaveUp gaveUp) {
        throw new CommandFailure(
            51_156,
            "Error occurred while executing the regular expression in "
                + kind.operator
                + ". Result code: -8");
      }
    }

    private BsonArray findAll(PerlRegex regex, String text) throws PerlRegex.GaveUp {
      BsonArray all = new BsonArray();
      int from = 0;
      int counted = 0; // Up to there the characters are counted; each only once.
      int characters = 0;
      long bytes = 0;
      do {
        Optional<MatchResult> found = regex.find(text, from);
        if (found.isEmpty()) {
          break;
        }
        characters += text.codePointCount(counted, found.get().start());
        counted = found.get().start();
        BsonDocument match = describe(found.get(), characters);
        all.add(match);
        bytes += BYTES_OF_A_MATCH + match.getString("match").getValue().length();
        if (bytes > MAX_BYTES) {
          throw new CommandFailure(
              51_151,
              kind.operator + ": the size of buffer to store output exceeded the 64MB limit");
        }
        boolean empty = found.get().start() == found.get().end();
        // After an empty match the search goes on one character further.
        from = found.get().end();
        from = empty && from < text.length() ? text.offsetByCodePoints(from, 1) : from;
        if (empty && found.get().end() == text.length()) {
          break;
        }
      } while (from < text.length());
      return all;
    }

    private static BsonDocument describe(MatchResult match, int index) {
      BsonArray captures = new BsonArray();
      for (int i = 1; i <= match.groupCount(); i++) {
        String capture = match.group(i);
        captures.add(capture == null ? BsonNull.VALUE : new BsonString(capture));
      }
      return new BsonDocument("match", new BsonString(match.group()))
          .append("idx", new BsonInt32(index))
          .append("captures", captures);
    }

    private Compiled compile(@Nullable BsonValue pattern, @Nullable BsonValue options) {
      String name = kind.operator;
      boolean isRegex = pattern instanceof BsonRegularExpression;
      if (!isRegex && !(pattern instanceof BsonString) && !BsonTypes.isNullish(pattern)) {
        throw new CommandFailure(51_105, name + " needs 'regex' to be of type string or regex");
      }
      if (!(options instanceof BsonString) && !BsonTypes.isNullish(options)) {
        throw new CommandFailure(51_106, name + " needs 'options' to be of type string");
      }
      String flags = options instanceof BsonString string ? string.getValue() : "";
      String source = pattern instanceof BsonString string ? string.getValue() : null;
      if (pattern instanceof BsonRegularExpression regex) {
        source = regex.getPattern();
        if (!BsonTypes.isNullish(options) && !regex.getOptions().isEmpty()) {
          throw new CommandFailure(
              51_107,
              name + ": found regex option(s) specified in both 'regex' and 'option' fields");
        }
        flags = regex.getOptions().isEmpty() ? flags : regex.getOptions();
      }
      requireNoZero(source, 51_109, "regular expression");
      requireNoZero(flags, 51_110, "regular expression options");
      requireKnownFlags(flags);
      if (source == null) {
        return new Compiled(null);
      }
      try {
        return new Compiled(PerlRegex.compile(source, flags, context.version()));
      } catch (PerlRegex.BadPattern bad) {
        throw new CommandFailure(51_111, "Invalid Regex in " + name + ": " + bad.getMessage());
      }
    }

    private void requireNoZero(@Nullable String text, int code, String what) {
      if (text != null && text.indexOf('\0') >= 0) {
        throw new CommandFailure(
            code, kind.operator + ": " + what + " cannot contain an embedded null byte");
      }
    }

    private void requireKnownFlags(String flags) {
      String known = context.atLeast(6, 1) ? "imsxu" : "imsx";
      for (int i = 0; i < flags.length(); i++) {
        if (known.indexOf(flags.charAt(i)) < 0) {
          throw new CommandFailure(
              51_108, kind.operator + " invalid flag in regex options: " + flags.charAt(i));
        }
      }
    }
  }
}
