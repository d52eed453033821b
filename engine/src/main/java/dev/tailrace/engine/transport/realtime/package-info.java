/** What transports share that live in real time: the machine's clock, and threads. */
@NullMarked
package dev.tailrace.engine.transport.realtime;

import org.jspecify.annotations.NullMarked;
