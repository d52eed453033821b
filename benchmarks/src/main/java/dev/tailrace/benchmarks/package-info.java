/**
 * Speed, as ratios against peers in one run: machines differ and are noisy, ratios less so.
 *
 * <pre>
 * Benchmarks ─┬─► Throughput ─► { client.ReadingProcess  ◄─► canned.CannedServer }
 *             ├─► Latency ────► { LatencyProcess         ◄─► FakeSetProcess }
 *             └─► jmh.MicroBenchmarks
 * </pre>
 *
 * <p>What stands in braces are processes of their own. Begin with {@link
 * dev.tailrace.benchmarks.client.Client}, the list of what is compared.
 */
@NullMarked
package dev.tailrace.benchmarks;

import org.jspecify.annotations.NullMarked;
