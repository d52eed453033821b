/**
 * The engine's faces, made alike: a test that says {@code next()} waits at whichever of them it was
 * given. Read {@code FacedStream}.
 */
@NullMarked
package dev.tailrace.conformance.faces;

import org.jspecify.annotations.NullMarked;
