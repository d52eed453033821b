/** Processes that are ended by whoever started them, and that end with it. */
@NullMarked
package dev.tailrace.benchmarks.process;

import org.jspecify.annotations.NullMarked;
