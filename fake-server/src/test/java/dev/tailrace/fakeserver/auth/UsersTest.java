package dev.tailrace.fakeserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import dev.tailrace.fakeserver.Conversation;
import dev.tailrace.fakeserver.FakeReplicaSet;
import dev.tailrace.fakeserver.network.RawConnection;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A set that has users, without a driver. The client's side of SCRAM is the library's. */
class UsersTest {

  private static FakeReplicaSet set() {
    return FakeReplicaSet.builder()
        .virtualTime()
        .user("u", "pencil")
        .userOfOldMechanism("old", "pencil")
        .start();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{find: 'c'}",
        "{insert: 'c', documents: [{}]}",
        "{aggregate: 1, pipeline: [{$changeStream: {}}], cursor: {}}",
        "{endSessions: []}",
        "{listDatabases: 1}"
      })
  void whoHasNotSaidWhoItIsMayDoNothing(String command) throws InterruptedException {
    try (FakeReplicaSet set = set();
        Conversation client = new Conversation(set, 0, "admin")) {
      BsonDocument reply = client.run(command);

      assertThat(reply.getString("errmsg").getValue())
          .isEqualTo("command " + reply(command) + " requires authentication");
      assertThat(reply.getString("codeName").getValue()).isEqualTo("Unauthorized");
      assertThat(Conversation.code(reply)).isEqualTo(13);
    }
  }

  private static String reply(String command) {
    return BsonDocument.parse(command).getFirstKey();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{hello: 1}",
        "{isMaster: 1}",
        "{ping: 1}",
        "{buildInfo: 1}",
        "{whatsmyuri: 1}",
        "{connectionStatus: 1}",
        "{logout: 1}"
      })
  void whatSaysNothingOfTheDataIsForAnybody(String command) throws InterruptedException {
    try (FakeReplicaSet set = set();
        Conversation client = new Conversation(set, 0, "admin")) {
      client.ok(command);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SCRAM-SHA-1, true",
    "SCRAM-SHA-1, false",
    "SCRAM-SHA-256, true",
    "SCRAM-SHA-256, false"
  })
  void aUserIsLetInAndOut(String mechanism, boolean skipEmptyExchange)
      throws InterruptedException, ScramException {
    try (FakeReplicaSet set = set();
        Conversation client = new Conversation(set, 0, "admin")) {
      logIn(client.connection(), mechanism, "pencil", skipEmptyExchange);

      client.ok("{find: 'c'}");
      assertThat(client.ok("{connectionStatus: 1}").getDocument("authInfo"))
          .isEqualTo(
              BsonDocument.parse(
                  "{authenticatedUsers: [{user: 'u', db: 'admin'}], authenticatedUserRoles: [{role:"
                      + " 'root', db: 'admin'}]}"));
      client.ok("{logout: 1}");
      assertThat(Conversation.code(client.run("{find: 'c'}"))).isEqualTo(13);
    }
  }

  @Test
  void aWrongPasswordTellsNothing() throws InterruptedException, ScramException {
    try (FakeReplicaSet set = set();
        Conversation client = new Conversation(set, 0, "admin")) {
      BsonDocument reply = logIn(client.connection(), "SCRAM-SHA-256", "wrong", true);

      assertThat(Conversation.code(reply)).isEqualTo(18);
      assertThat(reply.getString("errmsg").getValue()).isEqualTo("Authentication failed.");
      assertThat(Conversation.code(client.run("{find: 'c'}"))).isEqualTo(13);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          command                                                                  | code
          # n,,n=nobody,r=x
          {saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: 'biwsbj1ub2JvZHkscj14'} | 18
          {saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: 'AAAA'}              | 18
          {saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: '%'}                 | 18
          {saslStart: 1, mechanism: 'PLAIN', payload: ''}                          | 334
          {saslStart: 1, payload: ''}                                              | 40414
          {saslStart: 1, mechanism: 5, payload: ''}                                | 14
          {saslStart: 1, mechanism: 'SCRAM-SHA-1', payload: 5}                     | 14
          {saslContinue: 1, conversationId: 1, payload: ''}                        | 17
          {hello: 1, saslSupportedMechs: 'u'}                                      | 2
          {hello: 1, saslSupportedMechs: 5}                                        | 14
          """)
  void whatIsWrongIsRefused(String command, int code) throws InterruptedException {
    try (FakeReplicaSet set = set();
        Conversation client = new Conversation(set, 0, "admin")) {
      assertThat(Conversation.code(client.run(command))).isEqualTo(code);
    }
  }

  @Test
  void helloTellsTheMechanismsOfAUser() throws InterruptedException {
    try (FakeReplicaSet set = set();
        Conversation client = new Conversation(set, 0, "admin")) {
      assertThat(
              client.ok("{hello: 1, saslSupportedMechs: 'admin.u'}").getArray("saslSupportedMechs"))
          .isEqualTo(
              new BsonArray(
                  List.of(new BsonString("SCRAM-SHA-1"), new BsonString("SCRAM-SHA-256"))));
      assertThat(
              client
                  .ok("{hello: 1, saslSupportedMechs: 'admin.old'}")
                  .getArray("saslSupportedMechs"))
          .containsExactly(new BsonString("SCRAM-SHA-1"));
      assertThat(client.ok("{hello: 1, saslSupportedMechs: 'other.u'}"))
          .doesNotContainKey("saslSupportedMechs");
    }
  }

  @Test
  void theSameSeedHasTheSameNonces() throws InterruptedException {
    String start = "{saslStart: 1, mechanism: 'SCRAM-SHA-1', payload: 'biwsbj11LHI9eA=='}";
    try (FakeReplicaSet one = set();
        FakeReplicaSet other = set();
        Conversation toOne = new Conversation(one, 0, "admin");
        Conversation toOther = new Conversation(other, 0, "admin")) {
      BsonBinary first = toOne.ok(start).getBinary("payload");
      assertThat(toOther.ok(start).getBinary("payload")).isEqualTo(first);
      assertThat(toOther.ok(start).getBinary("payload")).isNotEqualTo(first);
    }
  }

  @Test
  void noSetIsMadeWithUsersThatNoServerHas() {
    FakeReplicaSet.Builder builder = FakeReplicaSet.builder().user("u", "pencil");

    assertThatThrownBy(() -> builder.user("u", "pencil"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.user("", "pencil"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.user("v", "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.user("v", "pen\u0007cil"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SASLprep")
        .hasMessageNotContaining("pen");
  }

  /** Authenticates as u, and returns the last reply. */
  private static BsonDocument logIn(
      RawConnection connection, String mechanism, String password, boolean skipEmptyExchange)
      throws InterruptedException, ScramException {
    boolean legacy = mechanism.equals("SCRAM-SHA-1");
    // MD5 of u:mongo:pencil.
    String secret = legacy ? "a82b9dca15a32a80378f4ec1fb24506d" : password;
    ScramClient client =
        ScramClient.builder()
            .advertisedMechanisms(List.of(mechanism))
            .username("u")
            .password(secret.toCharArray())
            .build();
    BsonDocument start =
        new BsonDocument("saslStart", new BsonInt32(1))
            .append("mechanism", new BsonString(mechanism))
            .append("payload", payload(client.clientFirstMessage().toString()))
            .append(
                "options",
                new BsonDocument("skipEmptyExchange", BsonBoolean.valueOf(skipEmptyExchange)));
    client.serverFirstMessage(text(connection.command("admin", start)));
    BsonDocument last = connection.command("admin", next(client.clientFinalMessage().toString()));
    if (last.containsKey("payload")) {
      client.serverFinalMessage(text(last));
      assertThat(last.getBoolean("done").getValue()).isEqualTo(skipEmptyExchange);
    }
    if (!skipEmptyExchange) {
      last = connection.command("admin", next(""));
      assertThat(last.getBoolean("done").getValue()).isTrue();
    }
    return last;
  }

  private static BsonDocument next(String message) {
    return new BsonDocument("saslContinue", new BsonInt32(1))
        .append("conversationId", new BsonInt32(1))
        .append("payload", payload(message));
  }

  private static BsonBinary payload(String message) {
    return new BsonBinary(message.getBytes(UTF_8));
  }

  private static String text(BsonDocument reply) {
    return new String(reply.getBinary("payload").getData(), UTF_8);
  }
}
