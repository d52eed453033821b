/**
 * The official discovery, selection, connection string, pool and command monitoring suites, played
 * against {@code dev.tailrace.wire.topology}, {@code dev.tailrace.wire.pool} and {@code
 * ConnectionString}: hello replies in, pictures out, and a network for command monitoring and
 * logging alone. Start with {@code DiscoveryTest}. What is not played is listed, with its reason,
 * in {@code skipped.txt} beside the resources.
 */
@NullMarked
package dev.tailrace.conformance.topology;

import org.jspecify.annotations.NullMarked;
