/**
 * Engine and fake set face to face: one thread, virtual time, everything drawn from one seed.
 *
 * <p>{@code World} is one run; {@code SimulationTest} makes many.
 */
@NullMarked
package dev.tailrace.conformance.simulation;

import org.jspecify.annotations.NullMarked;
