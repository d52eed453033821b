package dev.tailrace.wire.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations by hand; those that succeed are the examples of the specifications. */
class AuthenticationTest {

  private static final String NONCE_1 = "fyko+d2lbbFgONRv9qkxdawL";
  private static final String SERVER_FIRST_1 =
      "r=fyko+d2lbbFgONRv9qkxdawLHo+Vgk7qvUOKUwuWLIWg4l/9SraGMHEE,s=rQ9ZY3MntBeuP3E1TDVC4w==,"
          + "i=10000";
  private static final String SERVER_FINAL_1 = "v=UMWeI25JD1yNYZRMpZ4VHvhZ9e0=";

  private static final String NONCE_256 = "rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_FIRST_256 =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  private static final String SERVER_FINAL_256 = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  @Test
  void scramSha1AsTheSpecificationHasIt() throws AuthenticationException {
    Authentication client = client("user", "pencil", Optional.of(Mechanism.SCRAM_SHA_1), NONCE_1);

    BsonDocument start = requireNonNull(client.greeted(BsonDocument.parse("{ok: 1}")));
    assertThat(text(start)).isEqualTo("n,,n=user,r=" + NONCE_1);
    assertThat(without(start, "payload"))
        .isEqualTo(
            BsonDocument.parse(
                "{saslStart: 1, mechanism: 'SCRAM-SHA-1', options: {skipEmptyExchange: true},"
                    + " $db: 'admin'}"));

    BsonDocument proof = requireNonNull(client.answered(reply(SERVER_FIRST_1, false)));
    assertThat(text(proof))
        .isEqualTo(
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawLHo+Vgk7qvUOKUwuWLIWg4l/9SraGMHEE,"
                + "p=MC2T8BvbmWRckDw8oWl5IVghwCY=");
    assertThat(without(proof, "payload"))
        .isEqualTo(BsonDocument.parse("{saslContinue: 1, conversationId: 7, $db: 'admin'}"));

    assertThat(client.answered(reply(SERVER_FINAL_1, true))).isNull();
  }

  /** The mechanism is found out, and the conversation begins within the greeting. */
  @Test
  void scramSha256AsItsRfcHasIt() throws AuthenticationException {
    Authentication client = client("user", "pencil", Optional.empty(), NONCE_256);

    BsonDocument greeting = client.greeting();
    assertThat(greeting.getString("saslSupportedMechs").getValue()).isEqualTo("admin.user");
    BsonDocument speculative = greeting.getDocument("speculativeAuthenticate");
    assertThat(text(speculative)).isEqualTo("n,,n=user,r=" + NONCE_256);
    assertThat(speculative.getString("db").getValue()).isEqualTo("admin");

    BsonDocument proof =
        requireNonNull(
            client.greeted(
                BsonDocument.parse("{ok: 1}")
                    .append("speculativeAuthenticate", reply(SERVER_FIRST_256, false))));
    assertThat(text(proof))
        .isEqualTo(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assertThat(client.answered(reply(SERVER_FINAL_256, true))).isNull();
  }

  @Test
  void aServerThatKnowsNoShortEndGetsItsEmptyExchange() throws AuthenticationException {
    Authentication client = started();
    client.answered(reply(SERVER_FIRST_256, false));

    BsonDocument empty = requireNonNull(client.answered(reply(SERVER_FINAL_256, false)));
    assertThat(text(empty)).isEmpty();
    assertThat(client.answered(reply("", true))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          hello                                                        | mechanism
          {ok: 1}                                                      | SCRAM-SHA-1
          {ok: 1, saslSupportedMechs: ['SCRAM-SHA-1']}                 | SCRAM-SHA-1
          {ok: 1, saslSupportedMechs: ['SCRAM-SHA-1', 'SCRAM-SHA-256']} | SCRAM-SHA-256
          {ok: 1, saslSupportedMechs: []}                              | SCRAM-SHA-1
          """)
  void theMechanismIsTheBestThatTheServerOffersTheUser(String hello, String mechanism)
      throws AuthenticationException {
    Authentication client = client("user", "pencil", Optional.empty(), NONCE_256);
    client.greeting();

    BsonDocument start = requireNonNull(client.greeted(BsonDocument.parse(hello)));

    assertThat(start.getString("mechanism").getValue()).isEqualTo(mechanism);
  }

  @Test
  void aNameIsEscapedAndNotPrepared() throws AuthenticationException {
    Authentication client = client("a=b,\u2168", "x", Optional.empty(), NONCE_256);

    assertThat(text(client.greeting().getDocument("speculativeAuthenticate")))
        .isEqualTo("n,,n=a=3Db=2C\u2168,r=" + NONCE_256);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      useHeadersInDisplayName = true,
      textBlock =
          """
          server first                                       | problem
          r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095 | iteration count is 4095, less than 4096
          r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=many | iteration count is no number
          r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096  | nonce does not continue
          r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096        | nonce does not continue
          r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096                  | no field s
          r=rOprNGfwEbeRWgbNEkqOx,s=%%%%,i=4096              | salt is not in Base64
          r=rOprNGfwEbeRWgbNEkqOx,i=4096                     | no nonce, salt and iteration count
          garbage                                            | no nonce, salt and iteration count
          """)
  void aServerThatBeginsBadlyIsNotTold(String serverFirst, String problem)
      throws AuthenticationException {
    Authentication client = started();

    assertThatThrownBy(() -> client.answered(reply(serverFirst, false)))
        .isInstanceOfSatisfying(
            AuthenticationException.class,
            e -> {
              assertThat(e.code()).isZero();
              assertThat(e.mechanism()).isEqualTo(Mechanism.SCRAM_SHA_256);
            })
        .hasMessageStartingWith("SCRAM-SHA-256 authentication of user \"user\" by admin failed: ")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        "v=AAAA",
        "v=%%%",
        "e=invalid-proof",
        "",
        "x"
      })
  void aServerThatDoesNotProveItselfIsNotBelieved(String serverFinal)
      throws AuthenticationException {
    Authentication client = started();
    client.answered(reply(SERVER_FIRST_256, false));

    assertThatThrownBy(() -> client.answered(reply(serverFinal, true)))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void aServerThatSaysItIsDoneAtOnceIsNotBelieved() throws AuthenticationException {
    Authentication client = started();

    assertThatThrownBy(() -> client.answered(reply(SERVER_FIRST_256, true)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("before the server proved");
    assertThatThrownBy(() -> started().answered(BsonDocument.parse("{ok: 1, done: true}")))
        .isInstanceOf(AuthenticationException.class);
  }

  @Test
  void whatTheServerRefusesHasItsCode() throws AuthenticationException {
    Authentication client = started();

    assertThatThrownBy(
            () ->
                client.answered(
                    BsonDocument.parse(
                        "{ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg:"
                            + " 'Authentication failed.'}")))
        .isInstanceOfSatisfying(
            AuthenticationException.class, e -> assertThat(e.code()).isEqualTo(18))
        .hasMessageEndingWith("error 18 AuthenticationFailed: Authentication failed.");
  }

  /** The library's own message shows the character. */
  @Test
  void aPasswordThatCannotBePreparedIsNotShown() throws AuthenticationException {
    Authentication client = client("user", "pen\u0007cil", Optional.empty(), NONCE_256);
    client.greeting();
    client.greeted(BsonDocument.parse("{ok: 1, saslSupportedMechs: ['SCRAM-SHA-256']}"));

    assertThatThrownBy(() -> client.answered(reply(SERVER_FIRST_256, false)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("SASLprep")
        .hasMessageNotContainingAny("pen", "cil", "\u0007")
        .hasNoCause();
  }

  @Test
  void withoutAPasswordNothingIsSent() {
    assertThatThrownBy(() -> client("user", "", Optional.empty(), NONCE_256).greeting())
        .isInstanceOf(AuthenticationException.class)
        .hasMessageEndingWith("there is no password");
  }

  @Test
  void plainSaysAllInOneMessageAndNeverInTheGreeting() throws AuthenticationException {
    Authentication client = client("user", "pencil", Optional.of(Mechanism.PLAIN), NONCE_256);

    assertThat(client.greeting()).isEmpty();
    BsonDocument start = requireNonNull(client.greeted(BsonDocument.parse("{ok: 1}")));
    assertThat(text(start)).isEqualTo("\0user\0pencil");
    assertThat(client.answered(reply("", true))).isNull();
  }

  @Test
  void x509NamesItsUserOnlyIfItIsGiven() throws AuthenticationException {
    Credential credential =
        new Credential(
            Optional.empty(),
            Optional.empty(),
            Credential.EXTERNAL,
            Optional.of(Mechanism.MONGODB_X509));
    Authentication client = new Authenticator(credential, () -> NONCE_256).begin();

    assertThat(client.greeting())
        .isEqualTo(
            BsonDocument.parse(
                "{speculativeAuthenticate: {authenticate: 1, mechanism: 'MONGODB-X509', db:"
                    + " '$external'}}"));
    assertThat(client.greeted(BsonDocument.parse("{ok: 1, speculativeAuthenticate: {}}"))).isNull();
  }

  @Test
  void theTextOfACredentialDoesNotShowThePassword() {
    Credential credential =
        new Credential(
            Optional.of("user"), Optional.of("pencil"), "admin", Optional.of(Mechanism.PLAIN));

    assertThat(credential).hasToString("Credential[user \"user\" of admin by PLAIN]");
  }

  private static Authentication started() throws AuthenticationException {
    Authentication client =
        client("user", "pencil", Optional.of(Mechanism.SCRAM_SHA_256), NONCE_256);
    client.greeting();
    client.greeted(BsonDocument.parse("{ok: 1}"));
    return client;
  }

  private static Authentication client(
      String user, String password, Optional<Mechanism> mechanism, String nonce) {
    Credential credential =
        new Credential(Optional.of(user), Optional.of(password), "admin", mechanism);
    return new Authenticator(credential, () -> nonce).begin();
  }

  private static BsonDocument reply(String payload, boolean done) {
    return BsonDocument.parse("{conversationId: 7, done: %s, ok: 1}".formatted(done))
        .append("payload", new BsonBinary(payload.getBytes(UTF_8)));
  }

  private static String text(BsonDocument command) {
    return new String(command.getBinary("payload").getData(), UTF_8);
  }

  private static BsonDocument without(BsonDocument command, String name) {
    BsonDocument rest = command.clone();
    rest.remove(name);
    return rest;
  }
}
