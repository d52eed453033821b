package dev.tailrace.fakeserver.query.match;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.QueryContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A parsed filter. Immutable and thread-safe, but for {@code $sampleRate} and {@code $rand}, which
 * draw from the context's source of chance.
 *
 * <p>The manual's section is Query and Projection Operators.
 */
public final class Matcher {

  private final Predicate predicate;

  private Matcher(Predicate predicate) {
    this.predicate = predicate;
  }

  /**
   * Parses and optimises a filter.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static Matcher parse(BsonDocument filter, QueryContext context) {
    return of(filter, FilterScope.Use.COMMAND, context).optimized();
  }

  /**
   * Parses and optimises the filter of an update.
   *
   * @param upsert whether it inserts where there is nothing: then it may hold no {@code $expr}
   * @throws CommandFailure if the server would refuse it
   */
  public static Matcher parseUpdate(BsonDocument filter, boolean upsert, QueryContext context) {
    return of(filter, upsert ? FilterScope.Use.UPSERT : FilterScope.Use.COMMAND, context)
        .optimized();
  }

  /**
   * Parses the filter of a stage, which the pipeline optimises together with its other stages. It
   * may hold no {@code $where} or {@code $near}.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static Matcher parseStage(BsonDocument filter, QueryContext context) {
    return of(filter, FilterScope.Use.STAGE, context);
  }

  /**
   * Parses and optimises a filter that is part of an update or a projection. It may hold no {@code
   * $expr}, {@code $jsonSchema}, {@code $text}, {@code $where} or {@code $near}.
   *
   * @throws CommandFailure if the server would refuse it
   */
  public static Matcher parsePart(BsonDocument filter, QueryContext context) {
    return of(filter, FilterScope.Use.PART, context).optimized();
  }

  private static Matcher of(BsonDocument filter, FilterScope.Use use, QueryContext context) {
    return new Matcher(FilterParser.parse(filter, FilterScope.of(context, use)));
  }

  /** Whether a document is an operator with its argument, such as {@code {$gt: 5}}. */
  public static boolean isCondition(BsonDocument document) {
    return FieldParser.startsWithOperator(document);
  }

  /**
   * The same filter with its constant expressions computed.
   *
   * @throws CommandFailure if one of them fails
   */
  public Matcher optimized() {
    return new Matcher(predicate.optimized());
  }

  /** Whether a document matches. */
  public boolean matches(BsonDocument document) {
    return predicate.matches(document, Position.IGNORED);
  }

  /** Whether a document matches, and which array element made it match. */
  public MatchDetails match(BsonDocument document) {
    Position position = new Position();
    boolean matched = predicate.matches(document, position);
    return new MatchDetails(matched, position.index());
  }

  /**
   * The {@code _id} that a document must have to match, if the filter says so with an equality at
   * the top or in {@code $and}: what an index on {@code _id} can look up.
   */
  public Optional<BsonValue> idEquality() {
    List<BsonValue> found = new ArrayList<>();
    forEachEquality(
        (path, value) -> {
          if (path.equals("_id")) {
            found.add(value);
          }
        });
    return found.stream().findFirst();
  }

  /**
   * Reports each equality that every matching document fulfils, as a dotted path and a value: what
   * an upsert takes over into the new document.
   */
  public void forEachEquality(BiConsumer<String, BsonValue> equalities) {
    predicate.forEachEquality(equalities);
  }

  /** Reports the dotted path of every field that the filter looks at. */
  public void forEachPath(Consumer<String> paths) {
    predicate.forEachPath(paths);
  }
}
