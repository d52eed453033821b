package dev.tailrace.fakeserver.query.projection;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.expression.Expression;
import dev.tailrace.fakeserver.query.expression.ParseScope;
import dev.tailrace.fakeserver.query.expression.Scope;
import dev.tailrace.fakeserver.query.match.MatchDetails;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.BsonDocument;

/**
 * A parsed projection. Immutable and thread-safe.
 *
 * <p>The manual's sections are Project Fields to Return from Query, and {@code $project}.
 */
public final class Projection {

  private final ProjectionNode root;
  private final ImmutableList<FindOperator> afterwards;

  Projection(ProjectionNode root, ImmutableList<FindOperator> afterwards) {
    this.root = root;
    this.afterwards = afterwards;
  }

  /**
   * Parses the projection of a {@code find}, with {@code $slice}, {@code $elemMatch} and the
   * positional {@code $}; an empty one keeps everything.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static Projection parse(BsonDocument spec, QueryContext context) {
    Projection projection = new ProjectionParser(spec, ParseScope.of(context), true).parse();
    projection.forEachExpression(
        expression -> {
          if (expression.needsTextScore()) {
            throw new CommandFailure(
                40_218, "query requires text score metadata, but it is not available");
          }
        });
    return projection.optimized();
  }

  /**
   * Parses the specification of a {@code $project} stage.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static Projection parseStage(BsonDocument spec, ParseScope scope) {
    return new ProjectionParser(spec, scope, false).parse();
  }

  /** Keeps these fields and nothing else; none for no or empty paths, which mean everything. */
  public static Optional<Projection> ofPaths(Iterable<String> paths) {
    ProjectionNode root = new ProjectionNode(ProjectionNode.Kind.INCLUSION);
    for (String path : paths) {
      if (path.isEmpty()) {
        return Optional.empty();
      }
      root.name(Splitter.on('.').splitToList(path));
    }
    return Optional.of(new Projection(root, ImmutableList.of()));
  }

  /**
   * Parses the specification of an {@code $addFields} stage.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static Projection parseAddition(BsonDocument spec, ParseScope scope) {
    return new AdditionParser(spec, scope).parse();
  }

  /**
   * The same projection with its constant expressions computed.
   *
   * @throws CommandFailure if one of them fails
   */
  public Projection optimized() {
    return new Projection(root.optimized(), afterwards);
  }

  /**
   * The projected document.
   *
   * @param details how the document matched the filter
   * @throws CommandFailure if an expression fails or no array element matched
   */
  public BsonDocument apply(BsonDocument document, MatchDetails details) {
    BsonDocument projected = root.apply(document, Scope.of(document));
    for (FindOperator operator : afterwards) {
      projected = operator.apply(projected, details);
    }
    return projected;
  }

  /** The projected document, where nothing was matched. */
  public BsonDocument apply(BsonDocument document) {
    return apply(document, MatchDetails.PLAIN);
  }

  /** Reports all expressions of computed fields. */
  public void forEachExpression(Consumer<Expression> expressions) {
    root.forEachExpression(expressions);
  }

  /** Reports the paths of the fields that are kept or dropped by name. */
  public void forEachNamedPath(Consumer<String> paths) {
    root.forEachNamedPath("", paths);
  }
}
