/**
 * The engine's transport over TCP: the part that acts. Plain blocking sockets, and a thread where
 * one waits.
 *
 * <pre>
 * TcpTransport.send ─► TcpExchange: select (Deployment) ─► check out (ConnectionPool) ─► converse (Connection)
 *                                       ▲                                                     │
 * ServerMonitor ── hello replies ───────┴──────────── errors that concern the server ◄────────┘
 * </pre>
 *
 * <p>Where DNS knows the servers, {@code SeedFinder} looks for them first, on a thread of its own.
 *
 * <p>Locks, outermost first: {@code Deployment}, then those of {@code ConnectionPool} and {@code
 * ServerMonitor}; none is held while something blocks, or a listener is called (see {@code
 * Announcer}). Start with {@link dev.tailrace.wire.tcp.TcpTransport}, then {@code TcpExchange},
 * which reads from top to bottom.
 */
@NullMarked
package dev.tailrace.wire.tcp;

import org.jspecify.annotations.NullMarked;
