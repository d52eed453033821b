package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.wire.auth.Credential;
import dev.tailrace.wire.dns.DnsException;
import dev.tailrace.wire.dns.SeedList;
import dev.tailrace.wire.tcp.ConnectionString;
import dev.tailrace.wire.tcp.ConnectionStringException;
import dev.tailrace.wire.tcp.SrvSeeds;
import dev.tailrace.wire.topology.ServerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The suites of the initial DNS seedlist discovery specification, with DNS as a table: what comes
 * of a connection string before anybody is connected to. Their {@code hosts} and {@code ping} are
 * about what then listens at the seeds.
 */
class SeedListTest {

  private static final String SUITES = "initial-dns-seedlist-discovery/tests/";

  private static final RecordedDns DNS = new RecordedDns();

  @TestFactory
  Stream<DynamicTest> replicaSets() {
    return OfficialTests.in(SUITES + "replica-set", SeedListTest::play);
  }

  @TestFactory
  Stream<DynamicTest> shardedClusters() {
    return OfficialTests.in(SUITES + "sharded", SeedListTest::play);
  }

  @TestFactory
  Stream<DynamicTest> loadBalancers() {
    return OfficialTests.in(SUITES + "load-balanced", SeedListTest::play);
  }

  private static void play(BsonDocument test) throws DnsException {
    String uri = test.getString("uri").getValue();
    if (test.getBoolean("error", BsonBoolean.FALSE).getValue()) {
      assertThatThrownBy(() -> resolve(uri))
          .isInstanceOfAny(DnsException.class, ConnectionStringException.class);
      return;
    }
    ConnectionString resolved = resolve(uri);
    if (test.isArray("seeds")) {
      List<String> seeds = new ArrayList<>();
      test.getArray("seeds").forEach(seed -> seeds.add(seed.asString().getValue()));
      assertThat(resolved.seeds())
          .extracting(ServerAddress::toString)
          .containsExactlyInAnyOrderElementsOf(seeds);
    }
    if (test.isInt32("numSeeds")) {
      assertThat(resolved.seeds()).hasSize(test.getInt32("numSeeds").getValue());
    }
    test.getDocument("options", new BsonDocument())
        .forEach(
            (name, value) ->
                assertThat(name.equals("authSource") ? authSource(uri) : option(resolved, name))
                    .as(name)
                    .isEqualTo(value));
    test.getDocument("parsed_options", new BsonDocument())
        .forEach((name, value) -> assertThat(part(resolved, name)).as(name).isEqualTo(value));
    assertThat(resolved.warnings()).isEmpty();
  }

  /** What the transport does before it connects. */
  private static ConnectionString resolve(String uri) throws DnsException {
    SrvSeeds srv = ConnectionString.parse(uri).srv().orElseThrow();
    SeedList list = SeedList.initial(srv.name(), DNS);
    Optional<String> txt = SeedList.defaults(srv.name(), DNS);
    Set<ServerAddress> hosts = list.choose(Set.of(), srv.maxHosts(), bound -> bound - 1);
    return srv.resolve(List.copyOf(hosts), txt);
  }

  private static BsonValue option(ConnectionString resolved, String name) {
    SrvSeeds srv = resolved.srv().orElseThrow();
    return switch (name) {
      case "replicaSet" -> new BsonString(resolved.replicaSet().orElse(""));
      case "ssl" -> BsonBoolean.valueOf(resolved.tls().enabled());
      case "directConnection" -> BsonBoolean.valueOf(resolved.directConnection());
      case "loadBalanced" -> BsonBoolean.valueOf(resolved.loadBalanced());
      case "srvMaxHosts" -> new BsonInt32(srv.maxHosts());
      case "srvServiceName" -> new BsonString(srv.name().serviceName());
      default -> throw new AssertionError("option " + name);
    };
  }

  /** The option is about a user, whom the suite does not name where it asks for it. */
  private static BsonValue authSource(String uri) {
    try {
      String withUser = uri.replace("mongodb+srv://", "mongodb+srv://user:password@");
      return new BsonString(resolve(withUser).credential().orElseThrow().source());
    } catch (DnsException e) {
      throw new AssertionError(e);
    }
  }

  private static BsonValue part(ConnectionString resolved, String name) {
    Optional<Credential> credential = resolved.credential();
    return new BsonString(
        switch (name) {
          case "user" -> credential.flatMap(Credential::userName).orElse("");
          case "password" -> credential.flatMap(Credential::password).orElse("");
          case "defaultDatabase", "auth_database", "db" -> resolved.database().orElse("");
          default -> throw new AssertionError("part " + name);
        });
  }
}
