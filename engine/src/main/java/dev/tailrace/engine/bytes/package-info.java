/** Finding one's way in BSON bytes without decoding them. Pure. */
@NullMarked
package dev.tailrace.engine.bytes;

import org.jspecify.annotations.NullMarked;
