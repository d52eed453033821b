/** Tests of what is told of a deployment. */
@NullMarked
package dev.tailrace.wire.event;

import org.jspecify.annotations.NullMarked;
