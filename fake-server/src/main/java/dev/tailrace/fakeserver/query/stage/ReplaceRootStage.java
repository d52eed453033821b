package dev.tailrace.fakeserver.query.stage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.projection.Projection;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.ValueText;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** {@code {$replaceRoot: {newRoot: EXPRESSION}}}, alias {@code {$replaceWith: EXPRESSION}}. */
final class ReplaceRootStage extends DocumentStage {

  private final String name;
  private final Expression replacement;

  /** What the server, which reads only fields that are needed, would have of the document. */
  private final Optional<Projection> needed;

  private ReplaceRootStage(String name, Expression replacement, Optional<Projection> needed) {
    this.name = name;
    this.replacement = replacement;
    this.needed = needed;
  }

  static Stage parseReplaceRoot(BsonValue spec, QueryContext context) {
    if (!(spec instanceof BsonDocument document)) {
      throw new CommandFailure(
          40_229,
          "expected an object as specification for $replaceRoot stage, got "
              + BsonTypes.name(spec));
    }
    for (String option : document.keySet()) {
      if (!option.equals("newRoot")) {
        throw new CommandFailure(
            40_230,
            "unrecognized option to $replaceRoot stage: "
                + option
                + ", only valid option is 'newRoot'.");
      }
    }
    BsonValue newRoot = document.get("newRoot");
    if (newRoot == null) {
      throw new CommandFailure(40_231, "no newRoot specified for the $replaceRoot stage");
    }
    return new ReplaceRootStage(
        "$replaceRoot", Expression.parse(newRoot, context), Optional.empty());
  }

  static Stage parseReplaceWith(BsonValue spec, QueryContext context) {
    return new ReplaceRootStage("$replaceWith", Expression.parse(spec, context), Optional.empty());
  }

  /**
   * The same stage where the server reads only these fields, besides those that it itself needs.
   */
  ReplaceRootStage reading(Iterable<String> paths) {
    return new ReplaceRootStage(name, replacement, Projection.ofPaths(paths));
  }

  void forEachPath(Consumer<String> paths) {
    replacement.forEachPath(paths);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public BsonDocument apply(BsonDocument document) {
    BsonValue value = replacement.evaluate(document);
    if (value instanceof BsonDocument root) {
      return root;
    }
    String what = name.equals("$replaceRoot") ? "'newRoot' expression " : "'replacement document' ";
    BsonDocument read = needed.map(projection -> projection.apply(document)).orElse(document);
    throw new CommandFailure(
        40_228,
        "%smust evaluate to an object, but resulting value was: %s. Type of resulting value: '%s'. Input document: %s"
            .formatted(what, ValueText.value(value), BsonTypes.name(value), ValueText.value(read)));
  }

  @Override
  public Stage optimized() {
    return new ReplaceRootStage(name, replacement.optimized(), needed);
  }

  @Override
  boolean needsTextScore() {
    return replacement.needsTextScore();
  }
}
