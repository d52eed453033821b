/**
 * The official reactive driver against {@code tailrace serve} in a process of its own. {@link
 * dev.tailrace.conformance.reactive.ReactiveDriverServedTest} is what every driver has to find,
 * {@link dev.tailrace.conformance.reactive.BackPressureTest} what only this one can do.
 */
@NullMarked
package dev.tailrace.conformance.reactive;

import org.jspecify.annotations.NullMarked;
