package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.dns.RecordedDns;
import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatFailed;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatStarted;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatSucceeded;
import dev.tailrace.wire.event.TopologyEvent.TopologyDescriptionChanged;
import dev.tailrace.wire.event.WireListener;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import dev.tailrace.wire.topology.Topology;
import dev.tailrace.wire.topology.TopologyType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a running deployment tells of itself, and in which order. */
class DeploymentEventsTest {

  private final ScriptedServer server = new ScriptedServer();
  private final LinkedBlockingQueue<TopologyEvent> events = new LinkedBlockingQueue<>();
  private final ManualTimers timers = new ManualTimers();
  private @Nullable Deployment deployment;

  @AfterEach
  void stop() {
    if (deployment != null) {
      deployment.close();
    }
    server.close();
  }

  private Deployment start(String options) {
    ConnectionString uri = ConnectionString.parse(server.uri(options));
    TransportSettings settings =
        new TransportSettings(
            uri,
            ClientMetadata.of(Optional.empty(), Optional.empty()),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            timers);
    WireListener listener =
        new WireListener() {
          @Override
          public void topology(TopologyEvent event) {
            events.add(event);
          }
        };
    ConnectionPool.Shared pools =
        new ConnectionPool.Shared(
            uri.pool(), timers, Runnable::run, new Announcer(List.of(listener)));
    Deployment started = new Deployment(settings, new RecordedDns(), pools);
    deployment = started;
    started.start();
    return started;
  }

  /** The names of the next events, up to the first one of that kind; heartbeats are passed over. */
  private List<String> until(Class<? extends TopologyEvent> last) throws InterruptedException {
    List<String> names = new ArrayList<>();
    while (true) {
      TopologyEvent event = next();
      if (!event.getClass().getSimpleName().contains("Heartbeat")) {
        names.add(event.getClass().getSimpleName());
      }
      if (last.isInstance(event)) {
        return names;
      }
    }
  }

  private TopologyEvent next() throws InterruptedException {
    @Nullable TopologyEvent event = events.poll(20, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no event");
    }
    return event;
  }

  private TopologyEvent nextHeartbeat() throws InterruptedException {
    TopologyEvent event = next();
    while (!event.getClass().getSimpleName().contains("Heartbeat")) {
      event = next();
    }
    return event;
  }

  @Test
  void fromOpeningToClosing() throws InterruptedException {
    server.becomes(Role.PRIMARY, 1);
    Deployment running = start("");
    assertThat(until(TopologyDescriptionChanged.class))
        .containsExactly("TopologyOpening", "TopologyDescriptionChanged");
    assertThat(until(TopologyDescriptionChanged.class))
        .containsExactly("ServerOpening", "ServerDescriptionChanged", "TopologyDescriptionChanged");

    running.close();

    assertThat(until(TopologyEvent.TopologyClosed.class))
        .containsExactly("ServerClosed", "TopologyDescriptionChanged", "TopologyClosed");
  }

  @Test
  void aSecondCloseTellsNothing() throws InterruptedException {
    Deployment running = start("");
    running.close();
    until(TopologyEvent.TopologyClosed.class);

    running.close();

    assertThat(events)
        .noneMatch(event -> event instanceof TopologyEvent.TopologyClosed)
        .noneMatch(event -> event instanceof TopologyDescriptionChanged);
  }

  /** The mode {@code poll}: no check is awaited. */
  @Test
  void polledHeartbeats() throws InterruptedException {
    server.becomes(Role.PRIMARY, 1);
    start("serverMonitoringMode=poll&heartbeatFrequencyMS=500");
    for (int i = 0; i < 2; i++) {
      assertThat(nextHeartbeat())
          .isInstanceOfSatisfying(
              ServerHeartbeatStarted.class, e -> assertThat(e.check().awaited()).isFalse());
      assertThat(nextHeartbeat())
          .isInstanceOfSatisfying(
              ServerHeartbeatSucceeded.class, e -> assertThat(e.check().awaited()).isFalse());
    }
  }

  /** The mode {@code stream}: all checks but the first of a connection are awaited. */
  @Test
  void streamedHeartbeats() throws InterruptedException {
    server.becomes(Role.PRIMARY, 1);
    start("serverMonitoringMode=stream");
    assertThat(nextHeartbeat()).isInstanceOf(ServerHeartbeatStarted.class);
    assertThat(nextHeartbeat())
        .isInstanceOfSatisfying(
            ServerHeartbeatSucceeded.class, e -> assertThat(e.check().awaited()).isFalse());
    assertThat(nextHeartbeat())
        .isInstanceOfSatisfying(
            ServerHeartbeatStarted.class, e -> assertThat(e.check().awaited()).isTrue());
    server.awaitHello();

    server.becomes(Role.PRIMARY, 2);

    assertThat(nextHeartbeat())
        .isInstanceOfSatisfying(
            ServerHeartbeatSucceeded.class, e -> assertThat(e.check().awaited()).isTrue());
  }

  @Test
  void aFailedHeartbeatSaysWhy() throws InterruptedException {
    server.becomes("{ok: 0, errmsg: 'not today', code: 1}");
    start("");
    assertThat(nextHeartbeat()).isInstanceOf(ServerHeartbeatStarted.class);
    assertThat(nextHeartbeat())
        .isInstanceOfSatisfying(
            ServerHeartbeatFailed.class, e -> assertThat(e.failure()).contains("not today"));
  }

  @Test
  void aLoadBalancerIsThereWithoutACheck() throws InterruptedException {
    start("loadBalanced=true");

    assertThat(until(TopologyDescriptionChanged.class))
        .containsExactly("TopologyOpening", "TopologyDescriptionChanged");
    until(TopologyEvent.ServerDescriptionChanged.class);
    assertThat(next())
        .isInstanceOfSatisfying(
            TopologyDescriptionChanged.class,
            e -> {
              assertThat(e.previous()).isNotEqualTo(Topology.NONE);
              assertThat(e.current().type()).isEqualTo(TopologyType.LOAD_BALANCED);
            });
    assertThat(server.connectionCount()).isZero();
  }
}
