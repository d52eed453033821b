/**
 * What "matches" means: values ({@link dev.tailrace.conformance.unified.match.Matcher}), errors
 * ({@link dev.tailrace.conformance.unified.match.ErrorMatcher}) and events ({@link
 * dev.tailrace.conformance.unified.match.EventMatcher}). What does not match is an {@link
 * java.lang.AssertionError} that names the place.
 */
@NullMarked
package dev.tailrace.conformance.unified.match;

import org.jspecify.annotations.NullMarked;
