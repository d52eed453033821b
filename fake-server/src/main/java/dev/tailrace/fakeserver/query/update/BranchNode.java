package dev.tailrace.fakeserver.query.update;

import org.jspecify.annotations.Nullable;

/** A node with others below it. */
abstract class BranchNode extends UpdateNode {

  abstract @Nullable UpdateNode child(String key);

  abstract void put(String key, UpdateNode child);
}
