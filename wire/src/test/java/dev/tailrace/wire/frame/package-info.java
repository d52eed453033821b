/** Tests of the codec. {@code BsonArbitraries} makes documents for the properties. */
@NullMarked
package dev.tailrace.wire.frame;

import org.jspecify.annotations.NullMarked;
