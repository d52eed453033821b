/**
 * Ways to reach a set, and the threads and clocks that drive it: the one package here that may open
 * a socket.
 *
 * <p>A {@link dev.tailrace.fakeserver.network.CoreHost} owns the core and does what it says: {@link
 * dev.tailrace.fakeserver.network.TcpHost} in real time with one thread for all sockets, {@link
 * dev.tailrace.fakeserver.network.VirtualHost} in virtual time with no thread at all. Beside either
 * of them a {@link dev.tailrace.fakeserver.network.Loopback} is a transport for the engine. Read
 * {@code CoreHost} first.
 */
@NullMarked
package dev.tailrace.fakeserver.network;

import org.jspecify.annotations.NullMarked;
