package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.wire.auth.Credential;
import dev.tailrace.wire.auth.Mechanism;
import dev.tailrace.wire.tcp.ConnectionString;
import dev.tailrace.wire.tcp.ConnectionStringException;
import dev.tailrace.wire.tcp.UnsupportedOptionException;
import dev.tailrace.wire.tls.TlsOptions;
import dev.tailrace.wire.topology.ServerAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The suites of the connection string, URI options and authentication specifications. No case is
 * left out: one that asks for what comes later (by its Unix socket or its options), or for a
 * mechanism that there is not, must be refused with an {@link UnsupportedOptionException}.
 */
class ConnectionStringTest {

  private static final Pattern OPTION = Pattern.compile("[?&]([A-Za-z]+)=([^&]*)");
  private static final Pattern OF_LATER = Pattern.compile("proxy.*");
  private static final Pattern OTHER_MECHANISM =
      Pattern.compile(".*[?&]authMechanism=(GSSAPI|MONGODB-AWS|MONGODB-OIDC)(&.*)?");

  @TestFactory
  Stream<DynamicTest> connectionStrings() {
    return OfficialTests.in("connection-string/tests", ConnectionStringTest::playAll);
  }

  @TestFactory
  Stream<DynamicTest> uriOptions() {
    return OfficialTests.in("uri-options/tests", ConnectionStringTest::playAll);
  }

  @TestFactory
  Stream<DynamicTest> credentials() {
    return OfficialTests.in("auth/tests/legacy", ConnectionStringTest::playAll);
  }

  private static void playAll(BsonDocument file) {
    assertThat(file.getArray("tests")).isNotEmpty();
    file.getArray("tests").forEach(test -> play(test.asDocument()));
  }

  private static void play(BsonDocument test) {
    String uri = test.getString("uri").getValue();
    if (!test.getBoolean("valid").getValue()) {
      assertThatThrownBy(() -> ConnectionString.parse(uri))
          .as(uri)
          .isInstanceOf(ConnectionStringException.class);
    } else if (asksForWhatComesLater(uri)) {
      assertThatThrownBy(() -> ConnectionString.parse(uri))
          .as(uri)
          .isInstanceOf(UnsupportedOptionException.class);
    } else {
      check(test, ConnectionString.parse(uri));
    }
  }

  private static boolean asksForWhatComesLater(String uri) {
    boolean unixSocket = uri.contains(".sock");
    boolean option =
        options(uri).entrySet().stream()
            .anyMatch(entry -> OF_LATER.matcher(entry.getKey()).matches());
    boolean mechanism = OTHER_MECHANISM.matcher(uri).matches();
    return mechanism || unixSocket || option;
  }

  private static void check(BsonDocument test, ConnectionString parsed) {
    String uri = test.getString("uri").getValue();
    if (test.isArray("hosts")) {
      List<ServerAddress> expected = new ArrayList<>();
      for (BsonValue host : test.getArray("hosts")) {
        expected.add(address(host.asDocument()));
      }
      assertThat(parsed.seeds()).as(uri).isEqualTo(expected);
    }
    if (test.isDocument("auth")) {
      checkAuth(test.getDocument("auth"), parsed);
    }
    if (test.containsKey("credential")) {
      checkCredential(test.get("credential"), parsed.credential());
    }
    Map<String, BsonValue> known = known(parsed);
    if (test.isDocument("options")) {
      test.getDocument("options")
          .forEach(
              (name, value) -> {
                String key = name.toLowerCase(Locale.ROOT);
                if (known.containsKey(key)) {
                  assertThat(known.get(key)).as("%s of %s", name, uri).isEqualTo(value);
                }
              });
    }
    if (test.getBoolean("warning", BsonBoolean.FALSE).getValue()) {
      assertThat(parsed.warnings()).as(uri).isNotEmpty();
    } else if (known.keySet().containsAll(options(uri).keySet())) {
      assertThat(parsed.warnings()).as(uri).isEmpty();
    }
  }

  private static void checkAuth(BsonDocument auth, ConnectionString parsed) {
    assertThat(parsed.credential().flatMap(Credential::userName)).isEqualTo(text(auth, "username"));
    assertThat(parsed.credential().flatMap(Credential::password)).isEqualTo(text(auth, "password"));
    assertThat(parsed.database()).isEqualTo(text(auth, "db"));
  }

  private static void checkCredential(BsonValue expected, Optional<Credential> found) {
    if (expected.isNull()) {
      assertThat(found).isEmpty();
      return;
    }
    BsonDocument credential = expected.asDocument();
    assertThat(credential.get("mechanism_properties")).isEqualTo(BsonNull.VALUE);
    assertThat(found)
        .contains(
            new Credential(
                text(credential, "username"),
                text(credential, "password"),
                credential.getString("source").getValue(),
                text(credential, "mechanism").flatMap(Mechanism::named)));
  }

  private static Optional<String> text(BsonDocument document, String name) {
    return document.isString(name)
        ? Optional.of(document.getString(name).getValue())
        : Optional.empty();
  }

  private static ServerAddress address(BsonDocument host) {
    int port = host.isNull("port") ? ServerAddress.DEFAULT_PORT : host.getInt32("port").getValue();
    return new ServerAddress(host.getString("host").getValue(), port);
  }

  /** The options that the transport knows, by name in lower case, as the suites write them. */
  private static Map<String, BsonValue> known(ConnectionString parsed) {
    Map<String, BsonValue> known = new TreeMap<>();
    known.put("appname", new BsonString(parsed.appName().orElse("")));
    known.put(
        "compressors", new BsonArray(parsed.compressors().stream().map(BsonString::new).toList()));
    known.put("zlibcompressionlevel", number(parsed.zlibCompressionLevel()));
    parsed
        .credential()
        .ifPresent(
            credential -> {
              known.put("authsource", new BsonString(credential.source()));
              known.put(
                  "authmechanism",
                  new BsonString(credential.mechanism().map(Mechanism::specName).orElse("")));
            });
    addTls(known, parsed.tls());
    known.put("connecttimeoutms", number(parsed.connectTimeout().toMillis()));
    known.put("directconnection", BsonBoolean.valueOf(parsed.directConnection()));
    known.put("heartbeatfrequencyms", number(parsed.heartbeatFrequency().toMillis()));
    known.put("loadbalanced", BsonBoolean.valueOf(parsed.loadBalanced()));
    known.put("localthresholdms", number(parsed.localThreshold().toMillis()));
    known.put("maxconnecting", number(parsed.pool().maxConnecting()));
    known.put("maxidletimems", number(parsed.pool().maxIdleTime().toMillis()));
    known.put("maxpoolsize", number(parsed.pool().maxPoolSize()));
    known.put("minpoolsize", number(parsed.pool().minPoolSize()));
    known.put("waitqueuetimeoutms", number(parsed.pool().waitQueueTimeout().toMillis()));
    parsed
        .srv()
        .ifPresent(
            srv -> {
              known.put("srvmaxhosts", number(srv.maxHosts()));
              known.put("srvservicename", new BsonString(srv.name().serviceName()));
            });
    known.put("replicaset", new BsonString(parsed.replicaSet().orElse("")));
    known.put("serverselectiontimeoutms", number(parsed.serverSelectionTimeout().toMillis()));
    known.put("sockettimeoutms", number(parsed.socketTimeout().toMillis()));
    ReadPreference preference = parsed.readPreference();
    known.put("readpreference", new BsonString(preference.mode().specName()));
    known.put("readpreferencetags", preference.toDocument().getArray("tags", new BsonArray()));
    known.put(
        "maxstalenessseconds",
        number(preference.maxStaleness().map(limit -> limit.toSeconds()).orElse(-1L)));
    return known;
  }

  private static void addTls(Map<String, BsonValue> known, TlsOptions tls) {
    known.put("tls", BsonBoolean.valueOf(tls.enabled()));
    known.put("ssl", BsonBoolean.valueOf(tls.enabled()));
    known.put("tlscafile", new BsonString(tls.caFile().orElse("")));
    known.put("tlscertificatekeyfile", new BsonString(tls.certificateKeyFile().orElse("")));
    known.put(
        "tlscertificatekeyfilepassword",
        new BsonString(tls.certificateKeyFilePassword().orElse("")));
    known.put(
        "tlsinsecure",
        BsonBoolean.valueOf(tls.allowInvalidCertificates() && tls.allowInvalidHostnames()));
    known.put("tlsallowinvalidcertificates", BsonBoolean.valueOf(tls.allowInvalidCertificates()));
    known.put("tlsallowinvalidhostnames", BsonBoolean.valueOf(tls.allowInvalidHostnames()));
    known.put("tlsdisableocspendpointcheck", BsonBoolean.valueOf(tls.disableOcspEndpointCheck()));
    known.put(
        "tlsdisablecertificaterevocationcheck",
        BsonBoolean.valueOf(tls.disableCertificateRevocationCheck()));
  }

  private static BsonInt32 number(long value) {
    return new BsonInt32(Math.toIntExact(value));
  }

  private static Map<String, String> options(String uri) {
    Map<String, String> options = new TreeMap<>();
    for (MatchResult option : OPTION.matcher(uri).results().toList()) {
      options.put(option.group(1).toLowerCase(Locale.ROOT), option.group(2));
    }
    return options;
  }
}
