/**
 * Change events, typed: a view over an event's bytes that decodes nothing until asked, and the ways
 * in which a stream hands events over. Pure.
 *
 * <p>Start with {@link dev.tailrace.engine.event.ChangeEvent}. How an event becomes what a user
 * wants is an {@link dev.tailrace.engine.event.EventDecoder}.
 */
@NullMarked
package dev.tailrace.engine.event;

import org.jspecify.annotations.NullMarked;
