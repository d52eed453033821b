/**
 * What the documentation shows works: the README's code ({@code ReadmeTest}) and the Javadoc's
 * ({@code JavadocTest}).
 */
@NullMarked
package dev.tailrace.conformance.documented;

import org.jspecify.annotations.NullMarked;
