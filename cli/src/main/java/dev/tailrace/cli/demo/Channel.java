package dev.tailrace.cli.demo;

import java.util.Optional;

/**
 * How the clients of a demonstration are to speak with its fake set.
 *
 * @param tls whether connections are encrypted
 * @param auth whether clients have to say who they are
 * @param compressor what messages are compressed by; empty if they are not
 */
public record Channel(boolean tls, boolean auth, Optional<String> compressor) {}
