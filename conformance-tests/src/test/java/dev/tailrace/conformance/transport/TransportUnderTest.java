package dev.tailrace.conformance.transport;

import dev.tailrace.conformance.support.DriverSettings;
import dev.tailrace.engine.transport.Transport;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.transport.driver.MongoClientTransport;
import dev.tailrace.wire.tcp.TcpTransport;

/** The transports that have to keep the promise. */
enum TransportUnderTest {
  TCP {
    @Override
    Transport open(FakeReplicaSet set, String options) {
      return TcpTransport.connect(set.connectionString() + options);
    }
  },

  /** In virtual time: there it is the simulation's. */
  LOOPBACK {
    @Override
    FakeReplicaSet.Builder set() {
      return FakeReplicaSet.builder().virtualTime();
    }

    @Override
    Transport open(FakeReplicaSet set, String options) {
      return set.transport();
    }
  },

  DRIVER {
    @Override
    Transport open(FakeReplicaSet set, String options) {
      return MongoClientTransport.connect(
          DriverSettings.of(set.connectionString() + options).build());
    }
  };

  /** Servers that it can reach. */
  FakeReplicaSet.Builder set() {
    return FakeReplicaSet.builder();
  }

  /**
   * Opens a transport.
   *
   * @param options of a connection string, each with its {@code &}; without meaning where there are
   *     neither connections nor waiting in real time
   */
  abstract Transport open(FakeReplicaSet set, String options);
}
