/**
 * Perl-compatible regular expressions, as near as {@code java.util.regex} gets.
 *
 * <p>{@link dev.tailrace.fakeserver.query.regex.PerlRegex} is the front door and says what differs;
 * {@code PerlSyntax} rewrites a pattern into Java's syntax.
 */
@NullMarked
package dev.tailrace.fakeserver.query.regex;

import org.jspecify.annotations.NullMarked;
