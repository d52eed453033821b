/**
 * Who is who in a deployment: the discovery and selection rules of the drivers' specifications,
 * without a clock, a thread or a socket.
 *
 * <pre>
 * hello replies, failed checks, errors of operations ─► TopologyMachine ─► Topology (of ServerViews)
 * Topology + read preference ─► ServerSelector ─► servers to choose from
 * </pre>
 *
 * <p>The official tests of both specifications are lists of hello replies and expected pictures;
 * they run against this package as it is. Start with {@link
 * dev.tailrace.wire.topology.TopologyMachine}.
 */
@NullMarked
package dev.tailrace.wire.topology;

import org.jspecify.annotations.NullMarked;
