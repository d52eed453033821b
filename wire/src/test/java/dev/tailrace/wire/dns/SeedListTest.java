package dev.tailrace.wire.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.wire.dns.DnsException.Reason;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeedListTest {

  private static final ServerAddress ONE = ServerAddress.parse("one.example.com:27017");
  private static final ServerAddress TWO = ServerAddress.parse("two.example.com:27017");
  private static final ServerAddress THREE = ServerAddress.parse("three.example.com:27017");

  /** Prose tests 1 to 4 of the initial DNS seedlist discovery specification, and their like. */
  @ParameterizedTest
  @CsvSource({
    "localhost,           localhost.mongodb,          false",
    "mongo.local,         test_1.evil.local,          false",
    "blogs.mongodb.com,   blogs.evil.com,             false",
    "localhost,           localhost,                  false",
    "mongo.local,         mongo.local,                false",
    "localhost,           test_1.cluster_1localhost,  false",
    "mongo.local,         test_1.my_hostmongo.local,  false",
    "blogs.mongodb.com,   cluster.testmongodb.com,    false",
    "blogs.mongodb.com,   mongodb.com,                false",
    "localhost,           a.localhost,                true",
    "mongo.local,         a.mongo.local,              true",
    "blogs.mongodb.com,   cluster.mongodb.com,        true",
    "blogs.mongodb.com,   deep.below.mongodb.com,     true",
    "blogs.mongodb.com,   blogs.mongodb.com,          true",
    "BLOGS.mongodb.com,   CLUSTER.MONGODB.COM.,       true",
  })
  void whoIsOfTheDomain(String host, String target, boolean admitted) throws DnsException {
    SrvName name = new SrvName(host, "mongodb");
    RecordedDns dns = new RecordedDns().srv(name.srvQuery(), target + ":27017");

    if (admitted) {
      assertThat(SeedList.initial(name, dns).hosts()).hasSize(1);
    } else {
      assertThatThrownBy(() -> SeedList.initial(name, dns))
          .isInstanceOfSatisfying(
              DnsException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FAILED))
          .hasMessageContaining(target);
    }
  }

  @Test
  void aHostWithoutRecordsIsAnError() {
    SrvName name = new SrvName("a.example.com", "mongodb");
    RecordedDns dns = new RecordedDns().replace(name.srvQuery());

    assertThatThrownBy(() -> SeedList.initial(name, dns))
        .isInstanceOfSatisfying(
            DnsException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND))
        .hasMessage("_mongodb._tcp.a.example.com has no SRV record");
  }

  @Test
  void aPortThatIsNoneIsRefused() {
    SeedList list =
        SeedList.of(
            new SrvName("a.example.com", "mongodb"),
            List.of(
                new SrvRecord("one.example.com.", 0, OptionalLong.empty()),
                new SrvRecord("two.example.com.", 65_536, OptionalLong.empty()),
                new SrvRecord("three.example.com.", 27017, OptionalLong.empty())));

    assertThat(list.hosts()).containsExactly(THREE);
    assertThat(list.refused()).containsExactly("one.example.com:0", "two.example.com:65536");
  }

  @ParameterizedTest
  @CsvSource({"86400, 300, 300", "86400, 5, 60", "120, , 60", " , , 60"})
  void theShortestLifeSaysWhenToAskAgain(@Nullable Long one, @Nullable Long two, long seconds) {
    SeedList list =
        SeedList.of(
            new SrvName("a.example.com", "mongodb"),
            List.of(
                new SrvRecord("one.example.com", 27017, life(one)),
                new SrvRecord("two.example.com", 27017, life(two))));

    assertThat(list.rescanAfter()).isEqualTo(Duration.ofSeconds(seconds));
  }

  private static OptionalLong life(@Nullable Long seconds) {
    return seconds == null ? OptionalLong.empty() : OptionalLong.of(seconds);
  }

  @Test
  void theLotDecidesBetweenNewHostsOnly() {
    SeedList list = new SeedList(List.of(ONE, TWO, THREE), List.of(), Duration.ZERO);

    assertThat(list.choose(Set.of(), 0, bound -> 0)).containsExactly(ONE, TWO, THREE);
    assertThat(list.choose(Set.of(), 3, bound -> 0)).containsExactly(ONE, TWO, THREE);
    assertThat(list.choose(Set.of(), 2, bound -> bound - 1)).containsExactly(THREE, TWO);
    assertThat(list.choose(Set.of(TWO), 2, bound -> bound - 1)).containsExactly(TWO, THREE);
    assertThat(list.choose(Set.of(TWO), 1, bound -> 0)).containsExactly(TWO);
    assertThat(list.choose(Set.of(ServerAddress.parse("gone")), 1, bound -> 1))
        .containsExactly(TWO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a..b", "a.b:1", "a/b", "a b", "ä.example.com"})
  void aHostThatIsNone(String host) {
    assertThatIllegalArgumentException().isThrownBy(() -> new SrvName(host, "mongodb"));
  }

  /** RFC 6335, but for the length. */
  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "a--b", "123", "a_b", "a.b"})
  void aServiceThatIsNone(String service) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SrvName("a.example.com", service))
        .withMessageContaining("srvServiceName");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SrvName("a.example.com", "a".repeat(63)));
    assertThat(new SrvName("a.example.com", "a".repeat(62)).srvQuery()).contains("_aaa");
  }
}
