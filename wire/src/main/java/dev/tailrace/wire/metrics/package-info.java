/**
 * Counts and gauges of what a transport does, made of its events: {@link
 * dev.tailrace.wire.metrics.WireMetrics}, and {@link dev.tailrace.wire.metrics.MicrometerBinder}
 * for those who have Micrometer on the class path.
 */
@NullMarked
package dev.tailrace.wire.metrics;

import org.jspecify.annotations.NullMarked;
