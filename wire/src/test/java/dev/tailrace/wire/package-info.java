/** The module's architecture, checked. */
@NullMarked
package dev.tailrace.wire;

import org.jspecify.annotations.NullMarked;
