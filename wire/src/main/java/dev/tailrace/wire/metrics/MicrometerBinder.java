package dev.tailrace.wire.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Shows {@link WireMetrics} in a Micrometer registry, under names that begin with {@code
 * tailrace.wire}. Takes {@code io.micrometer:micrometer-core} on the class path; nothing else here
 * does. The registry holds the metrics weakly: keep a reference to them.
 */
public final class MicrometerBinder implements MeterBinder {

  private static final String PREFIX = "tailrace.wire.";

  private final WireMetrics metrics;
  private final List<Tag> tags;

  /**
   * A binder for the metrics of one transport.
   *
   * @param tags to tell it from other transports; none if there is one alone
   */
  public MicrometerBinder(WireMetrics metrics, Tag... tags) {
    this.metrics = requireNonNull(metrics, "metrics");
    this.tags = List.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, "connections.open", "connections there are", WireMetrics::openConnections);
    gauge(registry, "connections.used", "connections in use", WireMetrics::connectionsInUse);
    gauge(registry, "requests.waiting", "waiting for a connection", WireMetrics::waitingRequests);
    count(registry, "connections.created", "connections begun", WireMetrics::connectionsCreated);
    count(registry, "connections.closed", "connections closed", WireMetrics::connectionsClosed);
    count(registry, "checkouts.failed", "got no connection", WireMetrics::failedCheckOuts);
    count(registry, "pools.cleared", "servers lost", WireMetrics::clearedPools);
    count(registry, "commands.started", "commands sent", WireMetrics::commandsStarted);
    count(registry, "commands.failed", "refused or unanswered", WireMetrics::commandsFailed);
    FunctionTimer.builder(
            PREFIX + "commands",
            metrics,
            counts -> counts.commandsSucceeded() + counts.commandsFailed(),
            WireMetrics::commandNanos,
            TimeUnit.NANOSECONDS)
        .description("commands that are over, and how long they took")
        .tags(tags)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, String what, ToDoubleFunction<WireMetrics> value) {
    Gauge.builder(PREFIX + name, metrics, value).description(what).tags(tags).register(registry);
  }

  private void count(
      MeterRegistry registry, String name, String what, ToDoubleFunction<WireMetrics> value) {
    FunctionCounter.builder(PREFIX + name, metrics, value)
        .description(what)
        .tags(tags)
        .register(registry);
  }
}
