package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.wire.dns.DnsException.Reason;
import dev.tailrace.wire.dns.RecordedDns;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The prose tests of the polling SRV records specification, and what comes before the polling. */
class SeedFinderTest implements SeedFinder.Listener {

  private static final String SRV = "_mongodb._tcp.test1.test.build.10gen.cc";
  private static final String HOST = "localhost.test.build.10gen.cc:";
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final Duration DAY = Duration.ofDays(1);

  private final RecordedDns dns = new RecordedDns().srv(SRV, HOST + 27017, HOST + 27018);
  private final List<String> notFound = new ArrayList<>();
  private @Nullable ConnectionString found;
  private Set<ServerAddress> hosts = Set.of();
  private boolean replaceable = true;

  @Override
  public void onFound(ConnectionString resolved) {
    found = resolved;
    hosts = new TreeSet<>(resolved.seeds());
  }

  @Override
  public void onNotFound(String why) {
    notFound.add(why);
  }

  @Override
  public Optional<Set<ServerAddress>> replaceableHosts() {
    return replaceable ? Optional.of(hosts) : Optional.empty();
  }

  @Override
  public void onHosts(Set<ServerAddress> newHosts) {
    hosts = new TreeSet<>(newHosts);
  }

  private SeedFinder finder(String uri) {
    SrvSeeds seeds = ConnectionString.parse(uri).srv().orElseThrow();
    return new SeedFinder(seeds, HEARTBEAT, dns, this);
  }

  private SeedFinder finder() {
    return finder("mongodb+srv://test1.test.build.10gen.cc/");
  }

  private void assertHosts(int... ports) {
    Set<ServerAddress> expected = new TreeSet<>();
    for (int port : ports) {
      expected.add(ServerAddress.parse(HOST + port));
    }
    assertThat(hosts).isEqualTo(expected);
  }

  /** 1 to 5. */
  @ParameterizedTest
  @CsvSource({
    "27017 27018 27019", //
    "27017",
    "27017 27019",
    "27019",
    "27019 27020"
  })
  void theRecordsAreOthers(String ports) {
    SeedFinder finder = finder();
    assertThat(finder.look()).contains(DAY);
    assertHosts(27017, 27018);
    String[] now = ports.split(" ", -1);
    dns.replace(SRV);
    for (String port : now) {
      dns.srv(SRV, HOST + port);
    }

    assertThat(finder.look()).contains(DAY);

    assertThat(hosts).hasSize(now.length);
    for (String port : now) {
      assertThat(hosts).contains(ServerAddress.parse(HOST + port));
    }
  }

  /** 6 and 7. */
  @ParameterizedTest
  @EnumSource(Reason.class)
  void dnsFails(Reason reason) {
    SeedFinder finder = finder();
    finder.look();
    dns.fails(reason);

    assertThat(finder.look()).contains(HEARTBEAT);

    assertHosts(27017, 27018);
    assertThat(notFound).isEmpty();
  }

  /** 8. */
  @Test
  void allRecordsAreGone() {
    SeedFinder finder = finder();
    finder.look();
    dns.replace(SRV);

    assertThat(finder.look()).contains(HEARTBEAT);

    assertHosts(27017, 27018);
    dns.replace(SRV, HOST + 27019);
    assertThat(finder.look()).contains(DAY);
    assertHosts(27019);
  }

  /** 9: behind a load balancer, and in a set whose members say who they are. */
  @Test
  void nobodyAsksAgainWhereHostsAreNotReplaceable() {
    replaceable = false;

    assertThat(finder().look()).isEmpty();

    assertHosts(27017, 27018);
  }

  /** 10 and 11. */
  @ParameterizedTest
  @CsvSource({"0", "3"})
  void allHostsAreTaken(int maxHosts) {
    SeedFinder finder = finder("mongodb+srv://test1.test.build.10gen.cc/?srvMaxHosts=" + maxHosts);
    finder.look();
    dns.replace(SRV, HOST + 27017, HOST + 27019, HOST + 27020);

    finder.look();

    assertHosts(27017, 27019, 27020);
  }

  /** 12. */
  @Test
  void theLotDecidesWhoIsNew() {
    SeedFinder finder = finder("mongodb+srv://test1.test.build.10gen.cc/?srvMaxHosts=2");
    finder.look();
    dns.replace(SRV, HOST + 27017, HOST + 27019, HOST + 27020);

    finder.look();

    assertThat(hosts)
        .hasSize(2)
        .contains(ServerAddress.parse(HOST + 27017))
        .doesNotContain(ServerAddress.parse(HOST + 27018));
  }

  /** 13. */
  @Test
  void anotherServiceName() {
    String other = "_customname._tcp.test22.test.build.10gen.cc";
    dns.srv(other, HOST + 27017);
    SeedFinder finder =
        finder("mongodb+srv://test22.test.build.10gen.cc/?srvServiceName=customname");
    finder.look();
    dns.replace(other, HOST + 27019, HOST + 27020);

    finder.look();

    assertHosts(27019, 27020);
  }

  @Test
  void aHostOfAnotherDomainIsLeftOut() {
    SeedFinder finder = finder();
    finder.look();
    dns.replace(SRV, HOST + 27018, "evil.example.com:27017");

    finder.look();

    assertHosts(27018);
  }

  @Test
  void whatWasNeverFoundIsLookedForSoonAgain() {
    dns.replace(SRV);
    SeedFinder finder = finder();

    assertThat(finder.look()).contains(HEARTBEAT);

    assertThat(found).isNull();
    assertThat(notFound).containsExactly(SRV + " has no SRV record");
    dns.srv(SRV, HOST + 27017);
    assertThat(finder.look()).contains(DAY);
    assertHosts(27017);
  }

  @Test
  void optionsThatDoNotGoTogether() {
    dns.txt("test1.test.build.10gen.cc", "loadBalanced=true");

    assertThat(finder().look()).contains(HEARTBEAT);

    assertThat(notFound)
        .containsExactly(
            "connection string: option loadBalanced: expected one host, found 2 hosts");
  }

  @Test
  void livesThatAreNotKnown() {
    dns.replace(SRV).srv(SRV, HOST + 27017, OptionalLong.empty());

    assertThat(finder().look()).contains(Duration.ofMinutes(1));
  }
}
