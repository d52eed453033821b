/** Tests of the counts and gauges, with and without Micrometer. */
@NullMarked
package dev.tailrace.wire.metrics;

import org.jspecify.annotations.NullMarked;
