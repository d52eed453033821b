/**
 * What a transport tells of itself while it runs: immutable records, for whoever wants to log,
 * count or watch.
 */
@NullMarked
package dev.tailrace.wire.event;

import org.jspecify.annotations.NullMarked;
