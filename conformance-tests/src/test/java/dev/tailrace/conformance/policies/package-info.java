/**
 * What the engine offers beyond the specification, against the fake set: going on after an
 * invalidate and after lost history, and telling how a stream is.
 */
@NullMarked
package dev.tailrace.conformance.policies;

import org.jspecify.annotations.NullMarked;
