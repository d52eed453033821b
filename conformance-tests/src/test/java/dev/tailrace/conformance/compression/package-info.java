/** Compressed messages between our transport, the official driver and the fake. */
@NullMarked
package dev.tailrace.conformance.compression;

import org.jspecify.annotations.NullMarked;
