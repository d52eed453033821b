package dev.tailrace.fakeserver.query.match;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;

/**
 * Where a filter stands, on which it depends what it may say.
 *
 * @param context what is known of the surroundings
 * @param isNested whether the filter is for an array's element rather than the whole document
 */
record FilterScope(QueryContext context, Use use, boolean isNested) {

  /** What a filter is for. */
  enum Use {
    /** The filter of a command: everything goes. */
    COMMAND,
    /** The filter of an update that inserts where there is nothing: no {@code $expr}. */
    UPSERT,
    /** The stage {@code $match}. */
    STAGE,
    /** Part of an update or a projection: no operator that needs more than the value at hand. */
    PART
  }

  static FilterScope of(QueryContext context, Use use) {
    return new FilterScope(context, use, false);
  }

  FilterScope nested() {
    return new FilterScope(context, use, true);
  }

  void requireTopLevel(String operator) {
    if (isNested) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE, operator + " can only be applied to the top-level document");
    }
  }

  /** Refuses an operator that is for whole commands only. */
  void requireCommand(String operator) {
    if (use != Use.COMMAND && use != Use.UPSERT) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, notAllowed(operator));
    }
  }

  /** Refuses an operator that says nothing of what is to be inserted. */
  void requireNoUpsert(String operator) {
    if (use == Use.UPSERT) {
      throw new CommandFailure(
          ErrorCode.QUERY_FEATURE_NOT_ALLOWED,
          operator + " is not allowed in the query predicate for an upsert");
    }
  }

  /** Refuses an operator that is for commands and stages only. */
  void requireWhole(String operator, ErrorCode code) {
    if (use == Use.PART) {
      throw new CommandFailure(code, notAllowed(operator));
    }
  }

  private static String notAllowed(String operator) {
    String verb = operator.contains(",") ? "are" : "is";
    return "%s %s not allowed in this context".formatted(operator, verb);
  }
}
