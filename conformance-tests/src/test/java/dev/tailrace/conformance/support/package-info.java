/**
 * What the suites here have in common: where the official data lies ({@link
 * dev.tailrace.conformance.support.Specifications}), and the servers to run against ({@link
 * dev.tailrace.conformance.support.ServerProfile}).
 */
@NullMarked
package dev.tailrace.conformance.support;

import org.jspecify.annotations.NullMarked;
