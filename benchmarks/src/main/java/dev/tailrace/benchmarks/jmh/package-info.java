/** What the engine itself costs, without a network: measured with JMH. */
@NullMarked
package dev.tailrace.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
