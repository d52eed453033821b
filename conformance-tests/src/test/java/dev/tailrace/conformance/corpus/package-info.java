/**
 * The query language against the recorded answers of a real server, version 4.4.1: match, update,
 * expression, pipeline, projection, sort, distinct and collation, 8,414 cases.
 *
 * <p>{@code Corpus} reads a file of cases and makes a test of each; every {@code ...CorpusTest}
 * says how its cases are put to the query package. What cannot be met stands in {@code
 * unmet-cases.txt}, with the reason.
 */
@NullMarked
package dev.tailrace.conformance.corpus;

import org.jspecify.annotations.NullMarked;
