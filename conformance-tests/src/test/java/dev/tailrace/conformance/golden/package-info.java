/**
 * The recorded server: what a real mongod answered, played against the fake.
 *
 * <p>{@link dev.tailrace.conformance.golden.ConversationPlayer} sends what was sent then, {@link
 * dev.tailrace.conformance.golden.Comparison} compares what comes back, and is the one place that
 * says what may differ. Read {@link dev.tailrace.conformance.golden.GoldenConversationsTest} first.
 */
@NullMarked
package dev.tailrace.conformance.golden;

import org.jspecify.annotations.NullMarked;
