/** A fake mongod replica set: in memory, deterministic, with faults on demand. */
@NullMarked
package dev.tailrace.fakeserver;

import org.jspecify.annotations.NullMarked;
