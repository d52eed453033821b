package dev.tailrace.fakeserver.core;

import dev.tailrace.wire.compression.Compressor;
import dev.tailrace.wire.frame.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client's.
 *
 * @param compressor by what it came compressed, and so its reply will go; null if it did not
 */
record Incoming(Message message, @Nullable Compressor compressor) {}
