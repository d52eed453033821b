/**
 * BSON values as the server sees them: type names, the order and equality of values across types
 * (under a collation), UTF-8 arithmetic, and the two ways in which messages print values.
 *
 * <p>Start with {@link dev.tailrace.fakeserver.query.value.BsonOrder}.
 *
 * <p>Throughout the query packages a {@code null} reference stands for a missing value, and
 * documents are never changed once they are handed over.
 */
@NullMarked
package dev.tailrace.fakeserver.query.value;

import org.jspecify.annotations.NullMarked;
