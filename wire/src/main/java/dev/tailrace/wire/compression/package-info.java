/**
 * The compressors of the wire protocol: {@code zlib} of the JDK, {@code snappy} and {@code zstd}
 * where their libraries are on the class path. Pure: bytes in, bytes out, and never more of them
 * than the message says and the protocol allows.
 *
 * @see <a
 *     href="https://github.com/mongodb/specifications/blob/master/source/compression/OP_COMPRESSED.md">OP_COMPRESSED</a>
 */
@NullMarked
package dev.tailrace.wire.compression;

import org.jspecify.annotations.NullMarked;
