/**
 * Tests of the topology. The official suites are in the conformance tests; here is what they leave
 * out: what to do besides following the picture, and replies that no server would send.
 */
@NullMarked
package dev.tailrace.wire.topology;

import org.jspecify.annotations.NullMarked;
