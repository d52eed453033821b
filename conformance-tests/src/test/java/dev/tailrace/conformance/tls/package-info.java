/** Encrypted ports of the fake set, and the certificates of clients, by both drivers. */
@NullMarked
package dev.tailrace.conformance.tls;

import org.jspecify.annotations.NullMarked;
