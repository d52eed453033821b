package dev.tailrace.fakeserver.history;

import com.google.common.collect.ImmutableSortedMap;

/**
 * How clients have spoken with a set, from its start, by TCP and without. What is not in a map was
 * not there.
 *
 * @param connections how many connections there were
 * @param encrypted how many of them were encrypted, by protocol: {@code TLSv1.3} for one
 * @param authenticated how often a client proved who it is, by mechanism: {@code SCRAM-SHA-256} for
 *     one
 * @param messages how many messages clients have sent
 * @param compressed how many of them came compressed, by compressor: {@code zstd} for one
 */
public record Traffic(
    long connections,
    ImmutableSortedMap<String, Long> encrypted,
    ImmutableSortedMap<String, Long> authenticated,
    long messages,
    ImmutableSortedMap<String, Long> compressed) {}
