/**
 * The demonstration: somebody writes, somebody watches, everything goes wrong in between, and in
 * the end every event is accounted for.
 *
 * <p>{@link dev.tailrace.cli.demo.Demonstration} is the play. {@code Stage} is where it plays,
 * {@code Workload} writes, {@code TroubleMaker} makes trouble, and {@code Ledger} knows what was
 * written and what was delivered.
 */
@NullMarked
package dev.tailrace.cli.demo;

import org.jspecify.annotations.NullMarked;
