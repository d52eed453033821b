package dev.tailrace.conformance.support;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.tailrace.engine.transport.Transport;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.MongoDBContainer;

/**
 * The one real deployment that was named to the build. Tests run side by side, and this is not
 * theirs alone: they take turns.
 */
final class RealServer implements TestServer {

  private static final String URI = System.getProperty("tailrace.mongodb.uri", "");
  private static final String IMAGE = System.getProperty("tailrace.mongodb.image", "");

  private static final Optional<ServerProfile> PROFILE =
      URI.isEmpty() && IMAGE.isEmpty()
          ? Optional.empty()
          : Optional.of(new ServerProfile("real server", false, RealServer::take));

  /** Fair, so that no test waits past its turn. */
  private static final Semaphore TURN = new Semaphore(1, true);

  /** Null before it was asked for. Only looked at by whose turn it is. */
  private static @Nullable MongoDBContainer container;

  private final String connectionString;

  private RealServer(String connectionString) {
    this.connectionString = connectionString;
  }

  /** The profile of the named deployment; empty if none was. */
  static Optional<ServerProfile> profile() {
    return PROFILE;
  }

  private static TestServer take() {
    TURN.acquireUninterruptibly();
    try {
      return new RealServer(URI.isEmpty() ? containersUri() : URI);
    } catch (RuntimeException notThere) {
      TURN.release();
      throw notThere;
    }
  }

  /** Starts the container when first asked; Testcontainers ends it with the process. */
  private static String containersUri() {
    if (container == null) {
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        abort("no Docker engine answers that could run " + IMAGE);
      }
      container =
          new MongoDBContainer(IMAGE)
              .withCommand("--replSet", "docker-rs", "--setParameter", "enableTestCommands=1");
      container.start();
    }
    // The member knows itself by a name that only the container's network knows.
    return container.getConnectionString() + "/?directConnection=true";
  }

  @Override
  public String connectionString() {
    return connectionString;
  }

  @Override
  public Transport loopback() {
    throw new UnsupportedOperationException("a real server is reached over the network only");
  }

  @Override
  public int openCursors() {
    return 0; // Not ours alone: others may have some.
  }

  @Override
  public void close() {
    TURN.release();
  }
}
