/**
 * Aggregation expressions: {@code {$add: ["$a", 1]}} and its some two hundred relatives.
 *
 * <p>Read {@link dev.tailrace.fakeserver.query.expression.Expression} first: parse, optimise,
 * evaluate. An operator with a list of operands is one function in one of the {@code *Operators}
 * families, entered into {@code OperatorTable}; an operator with an object of named arguments is a
 * {@code NamedOperation}; the few that bind variables or choose what to evaluate are nodes of their
 * own.
 */
@NullMarked
package dev.tailrace.fakeserver.query.expression;

import org.jspecify.annotations.NullMarked;
