package dev.tailrace.wire.dns;

import java.util.OptionalLong;

/**
 * One SRV record. Its priority and weight are not looked at (initial DNS seedlist discovery
 * specification, "Querying DNS").
 *
 * @param target the host, as DNS writes it
 * @param port its port, as DNS gives it
 * @param ttlSeconds for how long the record is good; empty if whoever asked could not see that
 */
public record SrvRecord(String target, int port, OptionalLong ttlSeconds) {}
