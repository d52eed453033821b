/**
 * The official synchronous driver against {@code tailrace serve} in a process of its own; the
 * reactive driver, which needs an older core, has a module to itself.
 */
@NullMarked
package dev.tailrace.conformance.served;

import org.jspecify.annotations.NullMarked;
