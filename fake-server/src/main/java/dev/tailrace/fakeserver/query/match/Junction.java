package dev.tailrace.fakeserver.query.match;

import com.google.common.collect.ImmutableList;
import dev.tailrace.fakeserver.error.CommandFailure;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Several predicates put together. */
final class Junction extends Predicate {

  enum Kind {
    /** All of them must match. */
    AND,
    /** One of them must match. */
    OR,
    /** None of them may match. */
    NOR
  }

  private final Kind kind;
  private final ImmutableList<Predicate> parts;

  private Junction(Kind kind, ImmutableList<Predicate> parts) {
    this.kind = kind;
    this.parts = parts;
  }

  static Predicate of(Kind kind, ImmutableList<Predicate> parts) {
    return new Junction(kind, parts);
  }

  /** All of them; a single one stands for itself. */
  static Predicate all(ImmutableList<Predicate> parts) {
    return parts.size() == 1 ? parts.get(0) : new Junction(Kind.AND, parts);
  }

  /** Not this one. */
  static Predicate not(Predicate part) {
    return new Junction(Kind.NOR, ImmutableList.of(part));
  }

  ImmutableList<Predicate> parts() {
    return parts;
  }

  @Override
  boolean matches(BsonDocument document, Position position) {
    return switch (kind) {
      case AND -> {
        for (Predicate part : parts) {
          if (!part.matches(document, position)) {
            yield false;
          }
        }
        yield true;
      }
      case OR -> anyMatches(document, position);
      case NOR -> !anyMatches(document, Position.IGNORED);
    };
  }

  private boolean anyMatches(BsonDocument document, Position position) {
    for (Predicate part : parts) {
      if (part.matches(document, position)) {
        return true;
      }
    }
    return false;
  }

  @Override
  boolean matchesValue(@Nullable BsonValue value, Position position) {
    return switch (kind) {
      case AND -> parts.stream().allMatch(part -> part.matchesValue(value, position));
      case OR -> parts.stream().anyMatch(part -> part.matchesValue(value, position));
      case NOR -> parts.stream().noneMatch(part -> part.matchesValue(value, Position.IGNORED));
    };
  }

  @Override
  Predicate optimized() {
    ImmutableList.Builder<Predicate> optimized = ImmutableList.builder();
    for (Predicate part : parts) {
      try {
        optimized.add(part.optimized());
      } catch (CommandFailure failure) {
        throw failure.causedIn("Failed to optimize expression");
      }
    }
    return new Junction(kind, optimized.build());
  }

  @Override
  void forEachEquality(BiConsumer<String, BsonValue> equalities) {
    if (kind == Kind.AND || (kind == Kind.OR && parts.size() == 1)) {
      parts.forEach(part -> part.forEachEquality(equalities));
    }
  }

  @Override
  void forEachPath(Consumer<String> paths) {
    parts.forEach(part -> part.forEachPath(paths));
  }
}
