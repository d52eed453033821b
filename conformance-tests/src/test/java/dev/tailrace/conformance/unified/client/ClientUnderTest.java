package dev.tailrace.conformance.unified.client;

import dev.tailrace.conformance.support.EngineTransport;
import dev.tailrace.conformance.support.EventLog;
import dev.tailrace.conformance.support.ObservedTransport;
import dev.tailrace.conformance.support.ServerProfile;
import dev.tailrace.conformance.support.TestServer;
import dev.tailrace.engine.face.undertest.FaceUnderTest;
import java.util.Optional;

/** Whose change streams a run is about. */
public enum ClientUnderTest {
  ENGINE_OVER_TCP("engine over TCP", Optional.of(EngineTransport.TCP), FaceUnderTest.BLOCKING),
  ENGINE_OVER_DRIVER(
      "engine over driver", Optional.of(EngineTransport.DRIVER), FaceUnderTest.BLOCKING),
  ENGINE_OVER_LOOPBACK(
      "engine over loopback", Optional.of(EngineTransport.LOOPBACK), FaceUnderTest.BLOCKING),
  ASYNC_ENGINE(
      "async engine over loopback", Optional.of(EngineTransport.LOOPBACK), FaceUnderTest.ASYNC),
  FLOW_ENGINE(
      "Flow engine over loopback", Optional.of(EngineTransport.LOOPBACK), FaceUnderTest.FLOW),
  OFFICIAL_DRIVER("official driver", Optional.empty(), FaceUnderTest.BLOCKING);

  private final String label;

  /** The engine's way to the server; empty for the driver, which has its own. */
  private final Optional<EngineTransport> transport;

  private final FaceUnderTest face;

  ClientUnderTest(String label, Optional<EngineTransport> transport, FaceUnderTest face) {
    this.label = label;
    this.transport = transport;
    this.face = face;
  }

  /** Whether there is a way from this client to such a server. */
  public boolean reaches(ServerProfile server) {
    return transport.map(kind -> kind.reaches(server)).orElse(true);
  }

  /**
   * Makes what opens the change streams of one client entity.
   *
   * @param uri the connection string of the client entity
   * @param retryReads whether the client entity retries reads
   * @param log hears what is sent
   */
  public ChangeStreamClient connect(
      TestServer server, String uri, boolean retryReads, EventLog log) {
    return transport
        .<ChangeStreamClient>map(
            kind ->
                new EngineChangeStreams(
                    new ObservedTransport(kind.open(server, uri), log), face, retryReads))
        .orElseGet(DriverChangeStreams::new);
  }

  /** The client as it is called in test names and in the list of known gaps. */
  @Override
  public String toString() {
    return label;
  }
}
