/**
 * Speed, as ratios against peers in one run: machines differ and are noisy, ratios less so. Each
 * class with a {@code main} is one comparison.
 */
@NullMarked
package dev.tailrace.benchmarks;

import org.jspecify.annotations.NullMarked;
