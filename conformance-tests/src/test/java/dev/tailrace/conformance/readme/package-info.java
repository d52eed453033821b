/** What the README shows works. Read {@code ReadmeTest}. */
@NullMarked
package dev.tailrace.conformance.readme;

import org.jspecify.annotations.NullMarked;
