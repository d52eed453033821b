/**
 * Sort orders: {@code {a: 1, b: -1}}.
 *
 * <p>{@link dev.tailrace.fakeserver.query.sort.SortOrder} is the front door; {@code SortKeys} finds
 * what to sort a document by.
 */
@NullMarked
package dev.tailrace.fakeserver.query.sort;

import org.jspecify.annotations.NullMarked;
