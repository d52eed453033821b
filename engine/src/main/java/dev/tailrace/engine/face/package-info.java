/**
 * Ways to wait: each face turns its user's calls into pulls, and the answers back, and knows
 * nothing else.
 */
@NullMarked
package dev.tailrace.engine.face;

import org.jspecify.annotations.NullMarked;
