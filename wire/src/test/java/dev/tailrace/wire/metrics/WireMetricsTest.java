package dev.tailrace.wire.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.event.CommandEvent.Context;
import dev.tailrace.wire.event.CommandEvent.Failed;
import dev.tailrace.wire.event.CommandEvent.Started;
import dev.tailrace.wire.event.CommandEvent.Succeeded;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailed;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutFailure;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckOutStarted;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedIn;
import dev.tailrace.wire.event.ConnectionPoolEvent.CheckedOut;
import dev.tailrace.wire.event.ConnectionPoolEvent.CloseReason;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionClosed;
import dev.tailrace.wire.event.ConnectionPoolEvent.ConnectionCreated;
import dev.tailrace.wire.event.ConnectionPoolEvent.PoolCleared;
import dev.tailrace.wire.event.WireListener;
import dev.tailrace.wire.topology.ServerAddress;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class WireMetricsTest {

  private static final ServerAddress ADDRESS = new ServerAddress("a", 1);
  private static final Context CONTEXT =
      new Context("ping", "db", 1, ADDRESS, 1, OptionalLong.empty(), Optional.empty());

  private final WireMetrics metrics = new WireMetrics();

  @Test
  void gaugesGoUpAndDown() {
    metrics.pool(new CheckOutStarted(ADDRESS));
    metrics.pool(new CheckOutStarted(ADDRESS));
    metrics.pool(new CheckOutStarted(ADDRESS));
    metrics.pool(new ConnectionCreated(ADDRESS, 1));
    metrics.pool(new ConnectionCreated(ADDRESS, 2));
    metrics.pool(new CheckedOut(ADDRESS, 1, 5));
    assertThat(metrics.waitingRequests()).isEqualTo(2);
    assertThat(metrics.openConnections()).isEqualTo(2);
    assertThat(metrics.connectionsInUse()).isEqualTo(1);

    metrics.pool(new CheckOutFailed(ADDRESS, CheckOutFailure.TIMEOUT, Optional.empty(), 5));
    metrics.pool(new CheckedIn(ADDRESS, 1));
    metrics.pool(new ConnectionClosed(ADDRESS, 1, CloseReason.STALE, Optional.empty()));
    metrics.pool(new PoolCleared(ADDRESS, false, Optional.empty()));

    assertThat(metrics.waitingRequests()).isEqualTo(1);
    assertThat(metrics.openConnections()).isEqualTo(1);
    assertThat(metrics.connectionsInUse()).isZero();
    assertThat(metrics.connectionsCreated()).isEqualTo(2);
    assertThat(metrics.connectionsClosed()).isEqualTo(1);
    assertThat(metrics.failedCheckOuts()).isEqualTo(1);
    assertThat(metrics.clearedPools()).isEqualTo(1);
  }

  @Test
  void commandsAreCountedAndTimed() {
    commands();

    assertThat(metrics.commandsStarted()).isEqualTo(3);
    assertThat(metrics.commandsSucceeded()).isEqualTo(1);
    assertThat(metrics.commandsFailed()).isEqualTo(1);
    assertThat(metrics.commandNanos()).isEqualTo(12);
  }

  @Test
  void micrometerShowsThem() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    new MicrometerBinder(metrics, Tag.of("set", "rs0")).bindTo(registry);
    commands();
    metrics.pool(new ConnectionCreated(ADDRESS, 1));

    assertThat(registry.get("tailrace.wire.connections.open").tag("set", "rs0").gauge().value())
        .isEqualTo(1);
    assertThat(registry.get("tailrace.wire.commands.started").functionCounter().count())
        .isEqualTo(3);
    assertThat(registry.get("tailrace.wire.commands").functionTimer().count()).isEqualTo(2);
    assertThat(
            registry.get("tailrace.wire.commands").functionTimer().totalTime(TimeUnit.NANOSECONDS))
        .isEqualTo(12);
    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .hasSize(10)
        .allSatisfy(id -> assertThat(id.getDescription()).isNotBlank());
  }

  /** The library is optional: without it everything but the binder works. */
  @Test
  void metricsWorkWithoutMicrometer() throws ReflectiveOperationException {
    Class<?> hidden = new Hiding().loadClass(WireMetrics.class.getName());
    assertThat(hidden).isNotSameAs(WireMetrics.class);
    WireListener listener = (WireListener) hidden.getConstructor().newInstance();

    listener.command(new Started(CONTEXT, new BsonDocument()));

    assertThat(hidden.getMethod("commandsStarted").invoke(listener)).isEqualTo(1L);
  }

  private void commands() {
    for (int i = 0; i < 3; i++) {
      metrics.command(new Started(CONTEXT, new BsonDocument()));
    }
    metrics.command(new Succeeded(CONTEXT, 5, new BsonDocument()));
    metrics.command(new Failed(CONTEXT, 7, "no", null));
  }

  /** Loads the metrics anew, and finds no Micrometer. */
  private static final class Hiding extends ClassLoader {

    Hiding() {
      super(WireMetricsTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.micrometer.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("dev.tailrace.wire.metrics.")) {
        return super.loadClass(name, resolve);
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
