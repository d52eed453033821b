/**
 * The pool of connections to one server, as a machine: who asked, what is idle, what is to be made
 * and what to be closed (connection monitoring and pooling specification). Pure: connections are
 * numbers here, requests are tickets, time is an argument. Start with {@link
 * dev.tailrace.wire.pool.PoolMachine}.
 */
@NullMarked
package dev.tailrace.wire.pool;

import org.jspecify.annotations.NullMarked;
