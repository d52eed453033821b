package dev.tailrace.wire.tcp;

import static dev.tailrace.wire.tcp.Outcomes.primary;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.transport.Outcome.Failed;
import dev.tailrace.engine.transport.Outcome.Reason;
import dev.tailrace.wire.dns.RecordedDns;
import dev.tailrace.wire.tcp.ScriptedServer.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A deployment that is found by DNS. What is below {@code 0.0.1} is 127.0.0.1. */
class SrvTest {

  private static final String URI = "mongodb+srv://seeds.0.0.1/?tls=false";
  private static final String SRV = "_mongodb._tcp.seeds.0.0.1";

  private final ScriptedServer server = new ScriptedServer();
  private final Outcomes outcomes = new Outcomes();
  private final RecordedDns dns = new RecordedDns();

  @BeforeEach
  void elect() {
    server.becomes(Role.PRIMARY, 1);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theSetIsFound() throws InterruptedException {
    dns.srv(SRV, server.address());
    try (TcpTransport transport = TcpTransport.builder(URI).resolver(dns).connect()) {
      transport.send(primary("{ping: 1}"), outcomes);

      assertThat(outcomes.awaitReply().server().address()).isEqualTo(server.address());
    }
  }

  @Test
  void theTxtRecordNamesTheSet() throws InterruptedException {
    dns.srv(SRV, server.address()).txt("seeds.0.0.1", "replicaSet=other");
    ConnectionString uri = ConnectionString.parse(URI + "&serverSelectionTimeoutMS=100");
    try (TcpTransport transport = TcpTransport.builder(uri).resolver(dns).connect()) {
      Failed failed =
          outcomes.askUntilFailureSays(
              server.address() + ": expected replica set other, found rs", transport);

      assertThat(failed.reason()).isEqualTo(Reason.NO_ELIGIBLE_SERVER);
    }
  }

  @Test
  void whatDnsSaysIsInTheMessage() throws InterruptedException {
    ConnectionString uri = ConnectionString.parse(URI + "&serverSelectionTimeoutMS=100");
    try (TcpTransport transport = TcpTransport.builder(uri).resolver(dns).connect()) {
      Failed failed = outcomes.askUntilFailureSays("says the test", transport);

      assertThat(failed.reason()).isEqualTo(Reason.NO_ELIGIBLE_SERVER);
      assertThat(failed.message())
          .isEqualTo(
              "no server for {\"mode\": \"primary\"} in 100 ms: the hosts of seeds.0.0.1 are not"
                  + " known: "
                  + SRV
                  + " does not exist, says the test");
    }
  }

  @Test
  void aDeploymentThatComesToBeIsFoundInTheEnd() throws InterruptedException {
    ConnectionString uri = ConnectionString.parse(URI + "&heartbeatFrequencyMS=500");
    try (TcpTransport transport = TcpTransport.builder(uri).resolver(dns).connect()) {
      transport.send(primary("{ping: 1}"), outcomes);
      dns.srv(SRV, server.address());

      assertThat(outcomes.awaitReply().server().address()).isEqualTo(server.address());
    }
  }
}
