/**
 * What {@link dev.tailrace.engine.transport.Transport} promises, clause by clause, asked of each
 * transport there is ({@link dev.tailrace.conformance.transport.TransportUnderTest}).
 */
@NullMarked
package dev.tailrace.conformance.transport;

import org.jspecify.annotations.NullMarked;
