/** Tests of finding seeds by DNS, with records fed in and with a DNS server on the loopback. */
@NullMarked
package dev.tailrace.wire.dns;

import org.jspecify.annotations.NullMarked;
