/**
 * The server's errors: the catalogue of codes, and the exception that carries one of them from
 * where it is noticed to the reply.
 *
 * <p>Start with {@link dev.tailrace.fakeserver.error.CommandFailure}.
 */
@NullMarked
package dev.tailrace.fakeserver.error;

import org.jspecify.annotations.NullMarked;
