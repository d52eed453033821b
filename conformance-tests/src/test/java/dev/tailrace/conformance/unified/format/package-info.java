/**
 * The test files as values: a file is checked against the official schema of its version and read
 * into a {@link dev.tailrace.conformance.unified.format.TestFile}. Nothing here runs anything.
 * Begin with {@link dev.tailrace.conformance.unified.format.TestFileReader}.
 */
@NullMarked
package dev.tailrace.conformance.unified.format;

import org.jspecify.annotations.NullMarked;
