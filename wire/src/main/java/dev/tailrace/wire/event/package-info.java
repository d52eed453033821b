/**
 * What a transport tells of itself: its commands, its pools, its deployment. Events are values; a
 * {@link dev.tailrace.wire.event.WireListener} takes them.
 *
 * <p>What they hold and when they come is by the specifications of command monitoring and of
 * connection monitoring and pooling. Where those say "driver", read "transport".
 */
@NullMarked
package dev.tailrace.wire.event;

import org.jspecify.annotations.NullMarked;
