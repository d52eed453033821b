/**
 * An embeddable MongoDB change-stream engine.
 *
 * <pre>
 * your calls ─► face ─► driver ─► ChangeStreamMachine ─► Step{effects, answer, wakeAt}
 *                         ▲                                  │
 *                         └── outcomes, alarms ◄── Transport ◄┘
 * </pre>
 *
 * <p>{@link dev.tailrace.engine.ChangeStreams} is the front door. {@link
 * dev.tailrace.engine.core.ChangeStreamMachine} decides everything and does nothing: read it first.
 * The driver gives it its inputs one at a time and does what it says; the faces only translate
 * waiting; the {@link dev.tailrace.engine.transport.Transport} is all that the engine asks of the
 * world.
 */
@NullMarked
package dev.tailrace.engine;

import org.jspecify.annotations.NullMarked;
