/**
 * What TLS needs beside sockets: the options of a connection string, certificates and keys in PEM
 * files, and the reasons why a handshake fails, in words. Reads files, opens no sockets.
 *
 * <p>Start with {@link dev.tailrace.wire.tls.SslContexts}.
 */
@NullMarked
package dev.tailrace.wire.tls;

import org.jspecify.annotations.NullMarked;
