/**
 * Arithmetic as the server does it: the four numeric types, IEEE 754 decimals of 34 digits, and
 * elementary functions in doubles and decimals.
 *
 * <p>Start with {@link dev.tailrace.fakeserver.query.number.Numbers}, which sees all four types as
 * one; {@link dev.tailrace.fakeserver.query.number.Decimals} does the decimals, {@link
 * dev.tailrace.fakeserver.query.number.ElementaryFunctions} what needs more digits than either.
 */
@NullMarked
package dev.tailrace.fakeserver.query.number;

import org.jspecify.annotations.NullMarked;
