/**
 * The seeds of a deployment by DNS: the initial DNS seedlist discovery and the polling SRV records
 * specifications.
 *
 * <pre>
 * SrvName ─► DnsResolver ─► SrvRecords ─► SeedList ─► hosts to begin with, when to ask again
 * </pre>
 *
 * <p>Only {@link dev.tailrace.wire.dns.JndiResolver} asks anybody; the rest decides.
 */
@NullMarked
package dev.tailrace.wire.dns;

import org.jspecify.annotations.NullMarked;
