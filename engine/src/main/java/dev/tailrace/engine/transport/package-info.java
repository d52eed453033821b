/**
 * The port: everything that the engine asks of the world.
 *
 * <p>{@link dev.tailrace.engine.transport.Transport} carries one {@link
 * dev.tailrace.engine.transport.Request} to a server and brings back at most one {@link
 * dev.tailrace.engine.transport.Outcome}; it also lends the engine a clock, timers and sessions. A
 * socket transport, the fake server's loopback and a transport over any other client all keep the
 * same short promise, and the engine relies on nothing else.
 */
@NullMarked
package dev.tailrace.engine.transport;

import org.jspecify.annotations.NullMarked;
