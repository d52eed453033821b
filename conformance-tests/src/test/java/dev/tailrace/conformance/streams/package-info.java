/** Many streams on one transport, over sockets: what that takes, and that each gets its own. */
@NullMarked
package dev.tailrace.conformance.streams;

import org.jspecify.annotations.NullMarked;
