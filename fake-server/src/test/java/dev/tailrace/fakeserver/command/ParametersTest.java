package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.time.Duration;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Server parameters do what they say, and take what a server takes. */
class ParametersTest {

  private static final String SESSION =
      "lsid: {id: {$binary: {base64: 'AAAAAAAAQACAAAAAAAAAAQ==', subType: '04'}}}";

  private static final String TRANSACTION =
      ", " + SESSION + ", txnNumber: {$numberLong: '1'}, autocommit: false";

  private static FakeReplicaSet set(String version) {
    return FakeReplicaSet.builder()
        .virtualTime()
        .serverVersion(ServerVersion.parse(version))
        .start();
  }

  private static void setParameter(Conversation client, String parameter)
      throws InterruptedException {
    BsonDocument reply = client.run("admin", "{setParameter: 1, " + parameter + "}");
    assertThat(Conversation.code(reply)).as("%s", reply).isZero();
  }

  @ParameterizedTest
  @CsvSource({"1, 900, 0", "1, 2100, 251", "10, 9000, 0", "10, 15100, 251", "90, 80000, 0"})
  void aTransactionLivesAsLongAsItMay(int seconds, long afterMillis, int code)
      throws InterruptedException {
    try (var set = set("8.0");
        var client = new Conversation(set, 0, "d")) {
      client.ok("{insert: 'c', documents: [{_id: 0}]}");
      setParameter(client, "transactionLifetimeLimitSeconds: " + seconds);
      client.ok("{insert: 'c', documents: [{_id: 1}], startTransaction: true" + TRANSACTION + "}");
      set.clock().advance(Duration.ofMillis(afterMillis));
      BsonDocument committed = client.run("admin", "{commitTransaction: 1" + TRANSACTION + "}");
      assertThat(Conversation.code(committed)).isEqualTo(code);
    }
  }

  @Test
  void theLimitIsTheOneAtItsStart() throws InterruptedException {
    try (var set = set("8.0");
        var client = new Conversation(set, 0, "d")) {
      client.ok("{insert: 'c', documents: [{_id: 1}], startTransaction: true" + TRANSACTION + "}");
      setParameter(client, "transactionLifetimeLimitSeconds: 1");
      set.clock().advance(Duration.ofSeconds(50));
      assertThat(
              Conversation.code(client.run("admin", "{commitTransaction: 1" + TRANSACTION + "}")))
          .isZero();
    }
  }

  @Test
  void anIdleCursorLivesAsLongAsItMay() throws InterruptedException {
    try (var set = set("8.0");
        var client = new Conversation(set, 0, "d")) {
      setParameter(client, "cursorTimeoutMillis: 20000, clientCursorMonitorFrequencySecs: 1");
      BsonDocument cursor = client.watch("c", "{}");
      set.clock().advance(Duration.ofSeconds(19));
      assertThat(client.getMore(cursor).containsKey("code")).isFalse();
      set.clock().advance(Duration.ofMillis(19_900));
      assertThat(set.openCursors()).isEqualTo(1);
      set.clock().advance(Duration.ofMillis(1200));
      assertThat(Conversation.code(client.getMore(cursor))).isEqualTo(43);
    }
  }

  @Test
  void cursorsAreLookedAfterAsOftenAsItSays() throws InterruptedException {
    try (var set = set("8.0");
        var client = new Conversation(set, 0, "d")) {
      setParameter(client, "cursorTimeoutMillis: 1000, clientCursorMonitorFrequencySecs: 60");
      BsonDocument cursor = client.watch("c", "{}");
      set.clock().advance(Duration.ofSeconds(59));
      assertThat(set.openCursors()).isEqualTo(1);
      set.clock().advance(Duration.ofSeconds(2));
      assertThat(Conversation.code(client.getMore(cursor))).isEqualTo(43);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSessionsCursorMayTimeOutToo(boolean timesOut) throws InterruptedException {
    try (var set = set("8.0");
        var client = new Conversation(set, 0, "d")) {
      setParameter(client, "enableTimeoutOfInactiveSessionCursors: " + timesOut);
      client.ok("{aggregate: 'c', pipeline: [{$changeStream: {}}], cursor: {}, " + SESSION + "}");
      set.clock().advance(Duration.ofMinutes(11));
      assertThat(set.openCursors()).isEqualTo(timesOut ? 0 : 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"4.4.7, 72", "4.4.8, 0", "5.0, 0", "8.2, 0"})
  void thatOneCameWithAPatch(String release, int code) throws InterruptedException {
    Conversation.on(
        release,
        client ->
            assertThat(
                    Conversation.code(
                        client.run(
                            "admin",
                            "{setParameter: 1, enableTimeoutOfInactiveSessionCursors: true}")))
                .isEqualTo(code));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          cursorTimeoutMillis: 'x'             | 2  | Failed validating cursorTimeoutMillis: Unable to coerce value to integral type
          cursorTimeoutMillis: {}              | 2  | Failed validating cursorTimeoutMillis: Unable to coerce value to integral type
          cursorTimeoutMillis: NaN             | 2  | Failed validating cursorTimeoutMillis: Unable to coerce NaN/Inf to integral type
          cursorTimeoutMillis: 1e300           | 2  | Failed validating cursorTimeoutMillis: Out of bounds coercing to integral value
          clientCursorMonitorFrequencySecs: 3000000000 | 2 | Failed validating clientCursorMonitorFrequencySecs: Out of bounds coercing to integral value
          transactionLifetimeLimitSeconds: 0   | 2  | Invalid value for parameter transactionLifetimeLimitSeconds: 0 is not greater than or equal to 1
          transactionLifetimeLimitSeconds: []  | 2  | Failed validating transactionLifetimeLimitSeconds: Unable to coerce value to integral type
          logLevel: 'x'                        | 2  | Invalid value for logLevel: logLevel: "x"
          logLevel: -1                         | 2  | Invalid value for logLevel: logLevel: -1
          logComponentVerbosity: 1             | 14 | log component verbosity is not a BSON object: logComponentVerbosity: 1
          periodicNoopIntervalSecs: 1          | 20 | not allowed to change [periodicNoopIntervalSecs] at runtime
          enableTestCommands: true             | 20 | not allowed to change [enableTestCommands] at runtime
          featureCompatibilityVersion: '8.2'   | 20 | not allowed to change [featureCompatibilityVersion] at runtime
          nope: 1                              | 72 | "attempted to set unrecognized parameter [nope], use help:true to see options "
          """)
  void refusesWhatItDoesNotTake(String parameter, int code, String message)
      throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          BsonDocument reply =
              client.run("admin", "{setParameter: 1, quiet: true, " + parameter + "}");
          assertThat(Conversation.code(reply)).isEqualTo(code);
          assertThat(reply.getString("errmsg").getValue()).isEqualTo(message);
          BsonDocument after = client.run("admin", "{getParameter: 1, quiet: 1}");
          assertThat(after.getBoolean("quiet").getValue()).as("set with another").isFalse();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          cursorTimeoutMillis | 1.9                       | {$numberLong: '1'}
          cursorTimeoutMillis | {$numberDecimal: '-2.5'}  | {$numberLong: '-2'}
          transactionLifetimeLimitSeconds | true          | 1
          logLevel            | 99                        | 5
          logLevel            | -0.5                      | 0
          quiet               | 'x'                       | true
          quiet               | 0.0                       | false
          quiet               | null                      | false
          """)
  void keepsWhatTheValueMeans(String name, String given, String kept) throws InterruptedException {
    Conversation.on(
        "8.2",
        client -> {
          setParameter(client, name + ": " + given);
          BsonValue expected = BsonDocument.parse("{x: " + kept + "}").get("x");
          BsonDocument found = client.run("admin", "{getParameter: 1, " + name + ": 1}");
          assertThat(found.get(name)).isEqualTo(expected);
        });
  }
}
