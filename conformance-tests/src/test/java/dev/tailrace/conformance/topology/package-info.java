/**
 * The official discovery, selection and connection string suites, played against {@code
 * dev.tailrace.wire.topology} and {@code ConnectionString}: hello replies in, pictures out, no
 * network. Start with {@code DiscoveryTest}. What is not played is listed, with its reason, in
 * {@code skipped.txt} beside the resources.
 */
@NullMarked
package dev.tailrace.conformance.topology;

import org.jspecify.annotations.NullMarked;
