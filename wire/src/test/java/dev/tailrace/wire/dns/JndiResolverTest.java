package dev.tailrace.wire.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.wire.dns.DnsException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JndiResolverTest {

  private static final String NAME = "_mongodb._tcp.a.example.com";

  private DnsOnLoopback dns;

  @BeforeEach
  void open() throws IOException {
    dns = new DnsOnLoopback();
  }

  @AfterEach
  void close() {
    dns.close();
  }

  private JndiResolver resolver() {
    return new JndiResolver(dns.start(), Duration.ofSeconds(20), 1);
  }

  @Test
  void srvRecords() throws Exception {
    dns.srv("one.example.com", 27017).srv("two.example.com", 27018);

    assertThat(resolver().srv(NAME))
        .containsExactlyInAnyOrder(
            new SrvRecord("one.example.com.", 27017, OptionalLong.empty()),
            new SrvRecord("two.example.com.", 27018, OptionalLong.empty()));
  }

  @Test
  void theStringsOfATxtRecordAreOne() throws Exception {
    dns.txt("replicaS", "et=rep", "l0");

    assertThat(resolver().txt("a.example.com")).containsExactly("replicaSet=repl0");
  }

  @Test
  void spacesAndQuotesOfATxtRecordStay() throws Exception {
    dns.txt("authSource=my \"own\" ", "\\db");

    assertThat(resolver().txt("a.example.com")).containsExactly("authSource=my \"own\" \\db");
  }

  @Test
  void severalTxtRecords() throws Exception {
    dns.txt("replicaSet=a").txt("authSource=b");

    assertThat(resolver().txt("a.example.com"))
        .containsExactlyInAnyOrder("replicaSet=a", "authSource=b");
  }

  @Test
  void whatDoesNotFitIsAskedForByTcp() throws Exception {
    dns.srv("one.example.com", 27017).truncates();

    assertThat(resolver().srv(NAME)).hasSize(1);
    assertThat(dns.tcpQuestions()).isEqualTo(1);
  }

  @Test
  void aNameWithoutSuchRecords() throws Exception {
    assertThat(resolver().srv(NAME)).isEmpty();
  }

  @Test
  void aNameThatDoesNotExist() {
    dns.refuses(DnsOnLoopback.NAME_ERROR);

    assertFails(resolver(), Reason.NOT_FOUND, "the name does not exist in DNS");
  }

  @Test
  void aServerThatFails() {
    dns.refuses(DnsOnLoopback.SERVER_FAILURE);

    assertFails(resolver(), Reason.FAILED, "DNS failed");
  }

  @Test
  void aServerThatSaysNothing() {
    dns.isSilent();

    assertFails(
        new JndiResolver(dns.start(), Duration.ofMillis(50), 1),
        Reason.TIMEOUT,
        "no DNS server answered in time");
  }

  private static void assertFails(JndiResolver resolver, Reason reason, String words) {
    assertThatThrownBy(() -> resolver.srv(NAME))
        .isInstanceOfSatisfying(DnsException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageStartingWith("SRV records of " + NAME + ": " + words);
  }
}
