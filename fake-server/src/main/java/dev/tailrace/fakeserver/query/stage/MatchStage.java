package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.match.Matcher;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** {@code {$match: FILTER}}. */
final class MatchStage extends DocumentStage {

  private final Matcher matcher;

  private MatchStage(Matcher matcher) {
    this.matcher = matcher;
  }

  static Stage parse(BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonDocument filter)) {
      throw new CommandFailure(15_959, "the match filter must be an expression in an object");
    }
    return new MatchStage(Matcher.parseStage(filter, context));
  }

  @Override
  public String name() {
    return "$match";
  }

  @Override
  public @Nullable BsonDocument apply(BsonDocument document) {
    return matcher.matches(document) ? document : null;
  }

  @Override
  public Stage optimized() {
    return new MatchStage(matcher.optimized());
  }

  @Override
  Optional<Consumer<Consumer<String>>> pathsOfUnchanged() {
    return Optional.of(matcher::forEachPath);
  }
}
