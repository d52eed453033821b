/** Tests of the pool machine beyond the official suite, which conformance-tests plays. */
@NullMarked
package dev.tailrace.wire.pool;

import org.jspecify.annotations.NullMarked;
