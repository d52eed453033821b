/**
 * A fake mongod replica set: in memory, deterministic, with faults on demand.
 *
 * <pre>
 * bytes ─► network (hosts, frames) ─► core (connections, exchanges) ─► command (dispatcher, families)
 *                                                                          │
 *          replies ◄─ cursor, stream (change streams) ◄─ oplog ◄─ storage ◄┘
 * </pre>
 *
 * <p>Everything but {@code network} and this package is pure: a value or a machine that is told
 * what happened and when, and answers what to do. Read {@link
 * dev.tailrace.fakeserver.FakeReplicaSet} to use it; {@link
 * dev.tailrace.fakeserver.core.ReplicaSetCore} to see how it works, then {@link
 * dev.tailrace.fakeserver.command.Dispatcher} and {@link
 * dev.tailrace.fakeserver.stream.ChangeStreamCursor}.
 */
@NullMarked
package dev.tailrace.fakeserver;

import org.jspecify.annotations.NullMarked;
