/** Official drivers against the fake, over TCP. */
@NullMarked
package dev.tailrace.conformance.driver;

import org.jspecify.annotations.NullMarked;
