package dev.tailrace.fakeserver.query.update;

import com.google.common.collect.ImmutableMap;
import dev.tailrace.fakeserver.query.QueryContext;
import java.util.Optional;
import org.bson.BsonValue;

/** All update operators by name. */
final class ModifierTable {

  /** Reads what one operator is to do to one field. */
  @FunctionalInterface
  interface Parser {
    UpdateNode parse(String field, BsonValue argument, QueryContext context);
  }

  /** The operator that moves a value, and so has two paths. */
  static final String RENAME = "$rename";

  private static final ImmutableMap<String, Parser> OPERATORS =
      ImmutableMap.<String, Parser>builder()
          .put("$addToSet", AddToSetModifier::parse)
          .put("$bit", BitModifier::parse)
          .put("$currentDate", CurrentDateModifier::parse)
          .put("$inc", ArithmeticModifier::inc)
          .put("$max", ExtremeModifier::max)
          .put("$min", ExtremeModifier::min)
          .put("$mul", ArithmeticModifier::mul)
          .put("$pop", PopModifier::parse)
          .put("$pull", PullModifier::pull)
          .put("$pullAll", PullModifier::pullAll)
          .put("$push", PushModifier::parse)
          .put(RENAME, RenameNode::parse)
          .put("$set", SetModifier::set)
          .put("$setOnInsert", SetModifier::setOnInsert)
          .put("$unset", UnsetModifier::parse)
          .buildOrThrow();

  private ModifierTable() {}

  static Optional<Parser> find(String operator) {
    return Optional.ofNullable(OPERATORS.get(operator));
  }
}
