/**
 * The MongoDB wire protocol, in layers that point one way.
 *
 * <pre>
 * bytes ─► frame (messages) ─► topology (who is who)  ─┐
 *                              auth (who am I)         ─┤
 *                              dns (where to begin)    ─┤
 *                              tls (who is believed)   ─┤
 *                     event ─► pool (whose connection) ─┴► tcp (sockets: a Transport for the engine)
 * </pre>
 *
 * <p>{@code frame}, {@code topology}, {@code auth} and {@code pool} are pure: values in, values
 * out; so is {@code dns} but for the one class that asks. {@code tls} reads certificates from
 * files; {@code event} is what a transport tells of itself. Only {@code tcp} opens sockets, starts
 * threads and reads clocks. Start with {@code frame.Message} for the protocol and with {@code
 * tcp.TcpTransport} for the client.
 */
@NullMarked
package dev.tailrace.wire;

import org.jspecify.annotations.NullMarked;
