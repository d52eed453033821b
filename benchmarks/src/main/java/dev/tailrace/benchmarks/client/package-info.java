/** What is compared: ways to read change events, each to be measured in a process of its own. */
@NullMarked
package dev.tailrace.benchmarks.client;

import org.jspecify.annotations.NullMarked;
