package dev.tailrace.conformance.support;

import dev.tailrace.engine.transport.Transport;
import dev.tailrace.transport.driver.MongoClientTransport;
import dev.tailrace.wire.tcp.TcpTransport;

/** The ways from the engine to a server. */
public enum EngineTransport {
  TCP {
    @Override
    public Transport open(TestServer server, String uri) {
      return TcpTransport.connect(uri);
    }
  },
  DRIVER {
    @Override
    public Transport open(TestServer server, String uri) {
      return MongoClientTransport.connect(DriverSettings.of(uri).build());
    }
  },
  LOOPBACK {
    @Override
    public Transport open(TestServer server, String uri) {
      return server.loopback();
    }

    @Override
    public boolean reaches(ServerProfile server) {
      return server.isFake();
    }
  };

  /**
   * Opens a way of this kind.
   *
   * @param server where to
   * @param uri the connection string to use where there are connections
   */
  public abstract Transport open(TestServer server, String uri);

  /** Whether there is such a way to such a server. */
  public boolean reaches(ServerProfile server) {
    return true;
  }
}
