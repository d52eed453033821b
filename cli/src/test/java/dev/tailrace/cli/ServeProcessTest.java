package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tailrace.cli.process.ServedSet;
import dev.tailrace.cli.process.TailraceProcess;
import dev.tailrace.engine.ChangeStreams;
import dev.tailrace.engine.WatchTarget;
import dev.tailrace.wire.tcp.TcpTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tailrace serve} in a process of its own. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServeProcessTest {

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void hasEveryMemberWhenItSaysSoAndEndsOnASignal(String signal) throws IOException {
    try (ServedSet set = ServedSet.start("--members", "3")) {
      assertThat(set.connectionString())
          .matches("mongodb://127\\.0\\.0\\.1:\\d+(,127\\.0\\.0\\.1:\\d+){2}/\\?replicaSet=rs0");
      for (String address : set.addresses()) {
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          assertThat(socket.isConnected()).isTrue();
        }
      }

      set.process().signal(signal);
      assertThat(set.process().exitStatus()).isZero();
      assertThat(set.process().restOfErrors()).isEmpty();
    }
  }

  @Test
  void playsTheReleaseItIsToldTo() {
    try (ServedSet set = ServedSet.start("--version", "6.0.9");
        MongoClient client = MongoClients.create(set.connectionString())) {
      Document buildInfo = client.getDatabase("admin").runCommand(new Document("buildInfo", 1));
      assertThat(buildInfo.getString("version")).isEqualTo("6.0.9");
    }
  }

  @Test
  void playsAServerAlone() {
    try (ServedSet single = ServedSet.start("--standalone", "--oplog-mb", "1");
        MongoClient client = MongoClients.create(single.connectionString())) {
      assertThat(single.connectionString()).doesNotContain("replicaSet");
      Document hello = client.getDatabase("admin").runCommand(new Document("hello", 1));
      assertThat(hello).doesNotContainKey("setName").containsEntry("isWritablePrimary", true);
    }
  }

  @Test
  void hasUsersIfItIsToldTo() {
    try (ServedSet set = ServedSet.start("--auth", "alice:a:b", "--auth", "bob:secret")) {
      assertThat(set.connectionString())
          .startsWith("mongodb://alice:<password>@127.0.0.1:")
          .doesNotContain("a:b", "a%3Ab", "bob", "secret");
      String known = set.connectionString().replace("<password>", "a%3Ab");
      try (MongoClient client = MongoClients.create(known)) {
        assertThat(client.getDatabase("d").getCollection("c").countDocuments()).isZero();
      }
    }
  }

  /** Whoever has no password is given one, and then there is nothing to fill in. */
  @Test
  void makesAPasswordForWhoHasNone() {
    try (ServedSet set = ServedSet.start("--auth", "al ice");
        MongoClient client = MongoClients.create(set.connectionString())) {
      assertThat(set.connectionString()).matches("mongodb://al%20ice:[A-Za-z0-9_-]{16}@127.*");
      assertThat(client.getDatabase("d").getCollection("c").countDocuments()).isZero();
    }
  }

  /** And a client that the connection string tells whom to believe needs nothing more. */
  @Test
  void speaksTlsIfItIsToldTo() throws InterruptedException {
    try (ServedSet set = ServedSet.start("--tls", "--auth", "alice:secret");
        TcpTransport transport =
            TcpTransport.connect(set.connectionString().replace("<password>", "secret"));
        var stream = ChangeStreams.watch(transport, WatchTarget.database("shop")).open()) {
      assertThat(set.connectionString()).contains("tls=true", "tlsCAFile=");
      assertThat(stream.isAlive()).isTrue();
    }
  }

  @Test
  void saysWhichPortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TailraceProcess serve =
            TailraceProcess.start("serve", "--port", Integer.toString(taken.getLocalPort()))) {
      assertThat(serve.exitStatus()).isEqualTo(1);
      assertThat(serve.restOfErrors())
          .singleElement()
          .asString()
          .startsWith("tailrace: cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }
}
