/** What the documentation shows works. Read {@code ReadmeTest}. */
@NullMarked
package dev.tailrace.conformance.documented;

import org.jspecify.annotations.NullMarked;
