package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.ReadPreference.Mode;
import dev.tailrace.wire.auth.Credential;
import dev.tailrace.wire.event.PoolOptions;
import dev.tailrace.wire.tls.TlsOptions;
import dev.tailrace.wire.topology.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the official suites (in the conformance tests) do not ask. */
class ConnectionStringTest {

  @Test
  void defaults() {
    ConnectionString parsed = ConnectionString.parse("mongodb://a");

    assertThat(parsed.seeds()).extracting(Object::toString).containsExactly("a:27017");
    assertThat(parsed.readPreference().mode()).isEqualTo(Mode.PRIMARY);
    assertThat(parsed.serverSelectionTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(parsed.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(parsed.socketTimeout()).isZero();
    assertThat(parsed.heartbeatFrequency()).isEqualTo(Duration.ofSeconds(10));
    assertThat(parsed.localThreshold()).isEqualTo(Duration.ofMillis(15));
    assertThat(parsed.pool())
        .isEqualTo(new PoolOptions(0, 0, Duration.ZERO, 2, Duration.ofSeconds(30)));
    assertThat(parsed.serverMonitoringMode()).isEqualTo(MonitoringMode.AUTO);
    assertThat(parsed.directConnection()).isFalse();
    assertThat(parsed.replicaSet()).isEmpty();
    assertThat(parsed.appName()).isEmpty();
    assertThat(parsed.database()).isEmpty();
    assertThat(parsed.warnings()).isEmpty();
  }

  @Test
  void everyOption() {
    ConnectionString parsed =
        ConnectionString.parse(
            "mongodb://a:1,[::1]:2/some.db?replicaSet=rs&appName=my%20app&readPreference=nearest"
                + "&readPreferenceTags=dc:ny,rack:1&readPreferenceTags=&maxStalenessSeconds=120"
                + "&serverSelectionTimeoutMS=1&connectTimeoutMS=2&socketTimeoutMS=3"
                + "&heartbeatFrequencyMS=500&localThresholdMS=5&maxPoolSize=6"
                + "&minPoolSize=2&maxIdleTimeMS=7&maxConnecting=4&waitQueueTimeoutMS=8"
                + "&serverMonitoringMode=poll&tls=false&compressors=zstd,zlib&zlibCompressionLevel=9"
                + "&loadBalanced=false");

    assertThat(parsed.seeds()).extracting(Object::toString).containsExactly("a:1", "[::1]:2");
    assertThat(parsed.database()).contains("some.db");
    assertThat(parsed.replicaSet()).contains("rs");
    assertThat(parsed.appName()).contains("my app");
    assertThat(parsed.readPreference().mode()).isEqualTo(Mode.NEAREST);
    assertThat(parsed.readPreference().tagSets())
        .containsExactly(Map.of("dc", "ny", "rack", "1"), Map.of());
    assertThat(parsed.readPreference().maxStaleness()).contains(Duration.ofMinutes(2));
    assertThat(parsed.serverSelectionTimeout()).isEqualTo(Duration.ofMillis(1));
    assertThat(parsed.connectTimeout()).isEqualTo(Duration.ofMillis(2));
    assertThat(parsed.socketTimeout()).isEqualTo(Duration.ofMillis(3));
    assertThat(parsed.heartbeatFrequency()).isEqualTo(Duration.ofMillis(500));
    assertThat(parsed.localThreshold()).isEqualTo(Duration.ofMillis(5));
    assertThat(parsed.pool())
        .isEqualTo(new PoolOptions(6, 2, Duration.ofMillis(7), 4, Duration.ofMillis(8)));
    assertThat(parsed.serverMonitoringMode()).isEqualTo(MonitoringMode.POLL);
    assertThat(parsed.compressors()).containsExactly("zstd", "zlib");
    assertThat(parsed.zlibCompressionLevel()).isEqualTo(9);
    assertThat(parsed.warnings()).isEmpty();
  }

  /** As long as for a server, unless that is not to be waited for at all. */
  @ParameterizedTest
  @CsvSource({
    "serverSelectionTimeoutMS=5, 5",
    "serverSelectionTimeoutMS=5&waitQueueTimeoutMS=7, 7",
    "serverSelectionTimeoutMS=5&waitQueueTimeoutMS=0, 0",
    "serverSelectionTimeoutMS=0, 30000"
  })
  void howLongToWaitForAConnection(String options, long millis) {
    assertThat(ConnectionString.parse("mongodb://a/?" + options).pool().waitQueueTimeout())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          uri                                       | option
          mongodb://%2Ftmp%2Fmongodb-27017.sock     | host
          mongodb://a/?proxyHost=p                  | option proxyHost
          """)
  void whatComesLaterIsRefused(String uri, String option) {
    assertThatThrownBy(() -> ConnectionString.parse(uri))
        .isInstanceOfSatisfying(
            UnsupportedOptionException.class, e -> assertThat(e.option()).isEqualTo(option))
        .hasMessageEndingWith("comes in a later version");
  }

  @Test
  void anOptionThatIsNotKnownTurnsNothingOn() {
    ConnectionString parsed = ConnectionString.parse("mongodb://a/?tlsCertificateFile=x");
    assertThat(parsed.tls().enabled()).isFalse();
    assertThat(parsed.warnings())
        .containsExactly("option tlsCertificateFile is not known; it is ignored");
  }

  /** What is behind an ampersand that should be encoded is a part of the password. */
  @Test
  void thePartsOfAPasswordAreNotNamed() {
    String uri = "mongodb://a/?tlsCertificateKeyFilePassword=ab&sesame";
    assertThatThrownBy(() -> ConnectionString.parse(uri))
        .isInstanceOf(ConnectionStringException.class)
        .hasMessage("connection string: an option: expected an equals sign and a value");
    assertThat(ConnectionString.parse(uri + "=1&tlsCertificateKeyFile=x").warnings())
        .containsExactly("an option is not known; it is ignored");
  }

  @Test
  void seedsThatDnsKnows() {
    ConnectionString parsed =
        ConnectionString.parse(
            "mongodb+srv://user:sesame@Set.Example.com/db?srvMaxHosts=2&srvServiceName=other");

    SrvSeeds srv = parsed.srv().orElseThrow();
    assertThat(parsed.seeds()).isEmpty();
    assertThat(parsed.warnings()).isEmpty();
    assertThat(srv.name().srvQuery()).isEqualTo("_other._tcp.set.example.com");
    assertThat(srv.maxHosts()).isEqualTo(2);
    assertThat(parsed.tls().enabled()).isTrue();
    assertThat(parsed.toString()).contains("set.example.com").doesNotContain("sesame");

    ConnectionString resolved =
        srv.resolve(List.of(ServerAddress.parse("a.example.com")), Optional.of("authSource=users"));
    assertThat(resolved.seeds()).hasToString("[a.example.com:27017]");
    assertThat(resolved.credential().orElseThrow().source()).isEqualTo("users");
    assertThat(resolved.database()).contains("db");
    assertThat(resolved.warnings()).isEmpty();
  }

  @Test
  void whatTheStringSaysGoesBeforeWhatDnsSays() {
    ConnectionString parsed =
        ConnectionString.parse("mongodb+srv://a.example.com/?replicaSet=mine&ssl=false");

    ConnectionString resolved =
        parsed
            .srv()
            .orElseThrow()
            .resolve(
                List.of(ServerAddress.parse("b.example.com")),
                Optional.of("replicaSet=yours&loadBalanced=false"));

    assertThat(resolved.replicaSet()).contains("mine");
    assertThat(resolved.tls().enabled()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          txt                   | words
          readPreference=nearest| option readPreference may not come from a TXT record, as that of a.example.com does
          tls=false             | option tls may not come from a TXT record, as that of a.example.com does
          replicaSet            | option replicaSet: expected an equals sign and a value
          """)
  void aTxtRecordThatCannotBe(String txt, String words) {
    SrvSeeds srv = ConnectionString.parse("mongodb+srv://a.example.com/").srv().orElseThrow();

    assertThatThrownBy(
            () -> srv.resolve(List.of(ServerAddress.parse("b.example.com")), Optional.of(txt)))
        .isInstanceOf(ConnectionStringException.class)
        .hasMessage("connection string: " + words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          uri                                            | warning
          mongodb://a/?frobnicate=1                      | option frobnicate is not known; it is ignored
          mongodb://a/?repliaSet=x&REPLIASET=y           | option repliaSet is not known; it is ignored
          mongodb://a/?timeoutMS=5                       | option timeoutMS has no effect here: a stream has an option timeout
          mongodb://a/?retryreads=false                  | option retryreads has no effect here: a stream has an option retryReads
          mongodb://a/?readConcernLevel=majority         | option readConcernLevel has no effect here: a stream has an option readConcern
          mongodb://a/?retryWrites=true                  | option retryWrites has no effect here: nothing is written
          mongodb://a/?w=majority                        | option w has no effect here: nothing is written
          mongodb://a/?wtimeoutMS=5                      | option wtimeoutMS has no effect here: nothing is written
          mongodb://a/?journal=true                      | option journal has no effect here: nothing is written
          mongodb://a/?serverSelectionTryOnce=true       | option serverSelectionTryOnce has no effect here
          mongodb://a/?maxAdaptiveRetries=3              | option maxAdaptiveRetries has no effect here: a stream has an option resumePolicy
          mongodb://a/?enableOverloadRetargeting=true    | option enableOverloadRetargeting has no effect here
          mongodb://a/?heartbeatFrequencyMS=499          | option heartbeatFrequencyMS: expected a number of at least 500, found 499; ignored
          mongodb://a/?connectTimeoutMS=1s               | option connectTimeoutMS: expected a number of at least 0, found 1s; ignored
          mongodb://a/?readPreference=closest            | option readPreference: expected primary
          mongodb://a/?readPreference=nearest&readPreferenceTags=dc | option readPreferenceTags: expected name:value,name:value, found dc; ignored
          mongodb://a/?replicaSet=x&replicaSet=y         | option replicaSet is repeated; the first value is used
          mongodb://a/?replicaSet=                       | option replicaSet has no value; it is ignored
          mongodb://a/?authMechanismProperties=A:b       | option authMechanismProperties: expected none, as no supported mechanism has any, found some; ignored
          mongodb://a/?maxConnecting=0                   | option maxConnecting: expected a number of at least 1, found 0; ignored
          mongodb://a/?minPoolSize=3&maxPoolSize=2       | option minPoolSize: expected at most the maxPoolSize of 2, found 3; ignored
          mongodb://a/?serverMonitoringMode=off          | option serverMonitoringMode: expected auto, stream or poll, found off; ignored
          """)
  void whatIsIgnoredIsSaid(String uri, String warning) {
    assertThat(ConnectionString.parse(uri).warnings())
        .singleElement()
        .asString()
        .startsWith(warning);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          uri                                            | problem
          http://a                                       | expected it to begin with mongodb://
          mongodb://a:70000                              | expected host:port, found "a:70000"
          mongodb://a,,b                                 | expected host:port, found ""
          mongodb://a/x%zz                               | database: a percent sign needs two hex digits behind it
          mongodb://a/?appName=%f                        | option appName: a percent sign needs
          mongodb://a/?appName                           | option appName: expected an equals sign and a value
          mongodb://a,b/?directConnection=true           | option directConnection: expected one host, found 2
          mongodb://a/?maxStalenessSeconds=120           | option readPreference: mode primary takes neither
          mongodb://a/?readPreferenceTags=dc:ny          | option readPreference: mode primary takes neither
          # To go without would not be what was asked for.
          mongodb://a/?ssl=1                             | options tls and ssl: expected true or false
          mongodb://a/?tls=                              | options tls and ssl: expected true or false
          mongodb://a/?tls=true&ssl=false                | options tls and ssl: expected one value, found both
          mongodb://a/?tls=true&tls=false                | options tls and ssl: expected one value, found both
          mongodb://a/?tlsInsecure=true&tlsAllowInvalidHostnames=true | options tlsInsecure and tlsAllowInvalidHostnames: expected at most one
          """)
  void whatIsWrongIsNamed(String uri, String problem) {
    assertThatThrownBy(() -> ConnectionString.parse(uri))
        .isExactlyInstanceOf(ConnectionStringException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          options                          | enabled | invalidCertificates | invalidHostnames
          tls=false                        | false   | false               | false
          tls=true                         | true    | false               | false
          ssl=true&tls=true                | true    | false               | false
          # Nobody who says how would go without.
          tlsCAFile=/etc/ca.pem            | true    | false               | false
          tlsInsecure=true                 | true    | true                | true
          tlsInsecure=no                   | true    | false               | false
          tlsAllowInvalidCertificates=true | true    | true                | false
          tlsAllowInvalidHostnames=true    | true    | false               | true
          tls=false&tlsInsecure=true       | false   | true                | true
          """)
  void whatIsSaidOfTls(
      String options, boolean enabled, boolean invalidCertificates, boolean invalidHostnames) {
    TlsOptions tls = ConnectionString.parse("mongodb://a/?" + options).tls();

    assertThat(tls.enabled()).isEqualTo(enabled);
    assertThat(tls.allowInvalidCertificates()).isEqualTo(invalidCertificates);
    assertThat(tls.allowInvalidHostnames()).isEqualTo(invalidHostnames);
  }

  /** The official suite has it parsed without a warning. */
  @Test
  void aPasswordOfNoKeyIsDoubted() {
    String uri = "mongodb://a/?w=1&tlsCertificateKeyFilePassword=Qx7Zw";
    assertThat(ConnectionString.parse(uri).doubts())
        .containsExactly(
            "option w has no effect here: nothing is written",
            "option tlsCertificateKeyFilePassword has no effect without tlsCertificateKeyFile");
    assertThat(ConnectionString.parse(uri).warnings()).hasSize(1);
    assertThat(ConnectionString.parse(uri + "&tlsCertificateKeyFile=c.pem").doubts()).hasSize(1);
  }

  @Test
  void thePasswordOfAKeyIsNotShown() {
    ConnectionString parsed =
        ConnectionString.parse(
            "mongodb://a/?tlsCertificateKeyFile=/etc/c.pem&tlsCertificateKeyFilePassword=Qx7Zw");

    assertThat(parsed.tls().certificateKeyFilePassword()).contains("Qx7Zw");
    assertThat(parsed.toString()).contains("/etc/c.pem").doesNotContain("Qx7Zw");
  }

  /** Its ampersand should have been encoded, and it falls apart there. */
  @ParameterizedTest
  @ValueSource(strings = {"se&Qx7Zw=%ZZ", "se&PROXYQx7Zw=1", "se&Qx7Zw"})
  void noErrorShowsAPieceOfTheKeysPassword(String password) {
    assertThatThrownBy(
            () -> ConnectionString.parse("mongodb://a/?tlsCertificateKeyFilePassword=" + password))
        .isInstanceOf(ConnectionStringException.class)
        .hasMessageContaining("an option")
        .hasMessageNotContaining("Qx7Zw");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ann:Qx7Zw127.0.0.1:27017/", "ann:Qx7Zw", "a,ann:Qx7-Zw#127.0.0.1:27017/"})
  void noErrorShowsAPasswordWithoutItsAtSign(String rest) {
    assertThatThrownBy(() -> ConnectionString.parse("mongodb://" + rest))
        .isInstanceOf(ConnectionStringException.class)
        .hasMessageContaining("\"ann:...\"; a user and a password have an @ behind them");
  }

  @Test
  void anAppNameThatServersRefuseIsIgnored() {
    ConnectionString parsed = ConnectionString.parse("mongodb://a/?appName=" + "x".repeat(129));

    assertThat(parsed.appName()).isEmpty();
    assertThat(parsed.warnings()).hasSize(1);
  }

  /** Also where what should have been encoded makes the string fall apart in the wrong place. */
  @Property(tries = 5000, edgeCases = EdgeCasesMode.NONE)
  void noErrorShowsAPassword(
      @ForAll("troublesome") String left,
      @ForAll("troublesome") String right,
      @ForAll boolean srv) {
    String secret = "Qx7Zw";
    String uri =
        (srv ? "mongodb+srv" : "mongodb")
            + "://alice:"
            + left
            + secret
            + right
            + (srv ? "@host.example" : "@host.example:27017")
            + "/db?appName=x";

    String said;
    try {
      said = ConnectionString.parse(uri).toString();
    } catch (ConnectionStringException e) {
      said = e.toString();
    }
    assertThat(said).doesNotContainIgnoringCase(secret);
  }

  @Test
  void aPasswordIsKeptAndNotShown() {
    ConnectionString parsed =
        ConnectionString.parse("mongodb://al%40ice:p%3As%2Fs@a,b/db?authSource=users");

    assertThat(parsed.seeds()).hasSize(2);
    assertThat(parsed.credential())
        .contains(
            new Credential(Optional.of("al@ice"), Optional.of("p:s/s"), "users", Optional.empty()));
    assertThat(parsed.toString()).contains("al@ice").doesNotContain("p:s/s");
  }

  /** Also a mechanism that comes out of a password that was not encoded. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
"""
uri                                            | problem
mongodb://u@a/?authMechanism=GSSAPI            | option authMechanism: GSSAPI is not supported; expected SCRAM-SHA-256, SCRAM-SHA-1, MONGODB-X509, PLAIN
mongodb://a/?authMechanism=MONGODB-AWS         | option authMechanism: MONGODB-AWS is not supported
mongodb://a/?authMechanism=MONGODB-OIDC        | option authMechanism: MONGODB-OIDC is not supported
mongodb://u:p@a/?authMechanism=DIGEST-MD5      | option authMechanism: expected SCRAM-SHA-256, SCRAM-SHA-1, MONGODB-X509, PLAIN, found another
mongodb://a/?authMechanism=PLAIN               | option authMechanism: PLAIN needs a user name
mongodb://u:p@a/?authMechanism=MONGODB-X509    | option authMechanism: MONGODB-X509 takes no password
mongodb://a/?authMechanism=MONGODB-X509&authSource=b | option authMechanism: MONGODB-X509 takes no other authSource than $external
mongodb://u:p@a/?authSource=                   | option authSource is empty
mongodb://:p@a                                 | the user name before the @ is empty
""")
  void whatIsWrongWithACredentialIsNamed(String uri, String problem) {
    assertThatThrownBy(() -> ConnectionString.parse(uri))
        .isInstanceOf(ConnectionStringException.class)
        .hasMessageContaining(problem);
  }

  /** Mostly the characters that take a connection string apart. */
  @Provide
  Arbitrary<String> troublesome() {
    return Arbitraries.strings().withChars(":/?&=%@,1a[]").ofMaxLength(5);
  }
}
