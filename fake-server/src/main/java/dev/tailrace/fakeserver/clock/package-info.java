/**
 * Time and identity, both handed in: cluster times, and every id that the server would draw by
 * chance, from one seed.
 *
 * <p>Nothing here reads a clock. Start with {@link dev.tailrace.fakeserver.clock.Ids}.
 */
@NullMarked
package dev.tailrace.fakeserver.clock;

import org.jspecify.annotations.NullMarked;
