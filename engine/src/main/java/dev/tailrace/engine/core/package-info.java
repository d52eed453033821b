/**
 * The change stream as a pure state machine: it decides, and cannot act.
 *
 * <p>Nothing here knows of I/O, threads, locks, clocks, randomness or logging; an architecture test
 * says so. Read {@link dev.tailrace.engine.core.ChangeStreamMachine} first, then {@code Position}
 * and {@code Resumability}, which hold the specification's rules.
 */
@NullMarked
package dev.tailrace.engine.core;

import org.jspecify.annotations.NullMarked;
