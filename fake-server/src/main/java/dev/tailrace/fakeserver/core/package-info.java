/**
 * The set as a machine: connections, messages and time go in, frames to send come out.
 *
 * <p>Pure: nothing here blocks, sleeps, spawns, or reads a clock or the environment. {@link
 * dev.tailrace.fakeserver.core.ReplicaSetCore} is the whole of it; an {@link
 * dev.tailrace.fakeserver.core.Exchange} is the life of one command, from its message to its reply.
 */
@NullMarked
package dev.tailrace.fakeserver.core;

import org.jspecify.annotations.NullMarked;
