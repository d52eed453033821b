/**
 * The fake set against another server in memory: which servers there are, what is measured of each,
 * and the client that does it.
 */
@NullMarked
package dev.tailrace.benchmarks.server;

import org.jspecify.annotations.NullMarked;
