/**
 * Speed, as ratios against peers in one run: machines differ and are noisy, ratios less so.
 *
 * <pre>
 * Benchmarks ─┬─► Throughput ─► { client.ReadingProcess  ◄─► canned.CannedServer }
 *             ├─► Latency ────► { LatencyProcess         ◄─► server.FakeSetProcess }
 *             ├─► Servers ────► { server.MeasuringProcess ◄─► one server.Server after the other }
 *             └─► jmh.MicroBenchmarks
 * </pre>
 *
 * <p>What stands in braces are processes of their own. Begin with {@link
 * dev.tailrace.benchmarks.client.Client}, the list of what is compared, and with {@link
 * dev.tailrace.benchmarks.server.Figure}.
 */
@NullMarked
package dev.tailrace.benchmarks;

import org.jspecify.annotations.NullMarked;
