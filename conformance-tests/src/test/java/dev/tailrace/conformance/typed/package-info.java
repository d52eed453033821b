/** Events as the user's own types and with names, as the fake set makes them. */
@NullMarked
package dev.tailrace.conformance.typed;

import org.jspecify.annotations.NullMarked;
