package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.expression.ParseScope;
import dev.tailrace.fakeserver.query.expression.Scope;
import dev.tailrace.fakeserver.query.value.ValueText;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code {$redact: EXPRESSION}}: keeps, prunes or descends into the document and each object in it,
 * as the expression says, for which {@code $$CURRENT} is that object.
 */
final class RedactStage extends DocumentStage {

  private static final BsonString KEEP = new BsonString("keep");
  private static final BsonString PRUNE = new BsonString("prune");
  private static final BsonString DESCEND = new BsonString("descend");

  private final Expression expression;
  private final ParseScope.Variable current;

  private RedactStage(Expression expression, ParseScope.Variable current) {
    this.expression = expression;
    this.current = current;
  }

  static Stage parse(BsonValue spec, QueryContext context) {
    ParseScope.Variable current = ParseScope.variable("CURRENT");
    ParseScope scope =
        ParseScope.of(context)
            .with(current)
            .with(ParseScope.system("KEEP", KEEP))
            .with(ParseScope.system("PRUNE", PRUNE))
            .with(ParseScope.system("DESCEND", DESCEND));
    return new RedactStage(Expression.parse(spec, scope), current);
  }

  @Override
  public String name() {
    return "$redact";
  }

  @Override
  public @Nullable BsonDocument apply(BsonDocument document) {
    return redact(document, Scope.of(document));
  }

  private @Nullable BsonDocument redact(BsonDocument object, Scope scope) {
    BsonValue decision = expression.evaluate(scope.with(current, object));
    if (KEEP.equals(decision)) {
      return object;
    }
    if (PRUNE.equals(decision)) {
      return null;
    }
    if (!DESCEND.equals(decision)) {
      throw new CommandFailure(
          17_053,
          "$redact's expression should not return anything aside from the variables $$KEEP,"
              + " $$DESCEND, and $$PRUNE, but returned "
              + ValueText.value(decision));
    }
    BsonDocument redacted = new BsonDocument();
    object.forEach(
        (name, value) -> {
          BsonValue kept = redactValue(value, scope);
          if (kept != null) {
            redacted.append(name, kept);
          }
        });
    return redacted;
  }

  private @Nullable BsonValue redactValue(BsonValue value, Scope scope) {
    if (value instanceof BsonDocument object) {
      return redact(object, scope);
    }
    if (value instanceof BsonArray array) {
      BsonArray redacted = new BsonArray();
      for (BsonValue element : array) {
        BsonValue kept = redactValue(element, scope);
        if (kept != null) {
          redacted.add(kept);
        }
      }
      return redacted;
    }
    return value;
  }

  @Override
  public Stage optimized() {
    return new RedactStage(expression.optimized(), current);
  }
}
