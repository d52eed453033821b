/**
 * A server that has encoded all it will ever say before the first client comes, so that a client
 * alone is measured.
 */
@NullMarked
package dev.tailrace.benchmarks.canned;

import org.jspecify.annotations.NullMarked;
