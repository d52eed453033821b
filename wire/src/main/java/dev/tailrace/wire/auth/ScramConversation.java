package dev.tailrace.wire.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of SCRAM (RFC 5802, RFC 7677) as MongoDB speaks it: in {@code saslStart} and
 * {@code saslContinue}. Unlike the RFC says, the user's name is not prepared.
 */
final class ScramConversation {

  /** What is to happen next. */
  private enum Stage {
    SERVER_FIRST,
    SERVER_FINAL,
    /** The server has proved itself, and wants one more exchange that says nothing. */
    EMPTY_EXCHANGE,
    OVER
  }

  /** A server that asks for less makes its users' passwords cheap to guess. */
  private static final int MIN_ITERATIONS = 4096;

  /** {@code n,,}: no channel binding, no other name to act in. */
  private static final String GS2_HEADER = "n,,";

  private final Mechanism mechanism;
  private final String user;
  private final String password;
  private final String clientNonce;
  private final String clientFirstBare;
  private final KeyCache cache;

  private Stage stage = Stage.SERVER_FIRST;
  private BsonValue conversationId = new BsonInt32(0);
  private String authMessage = "";
  private @Nullable ScramKeys keys;

  ScramConversation(Mechanism mechanism, Credential credential, String nonce, KeyCache cache) {
    this.mechanism = mechanism;
    this.user = credential.userName().orElse("");
    this.password = credential.password().orElse("");
    this.clientNonce = nonce;
    this.clientFirstBare = "n=" + user.replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
    this.cache = cache;
  }

  Mechanism mechanism() {
    return mechanism;
  }

  /** The command to begin with, without its database. */
  BsonDocument start() {
    return new BsonDocument("saslStart", new BsonInt32(1))
        .append("mechanism", new BsonString(mechanism.specName()))
        .append("payload", payload(GS2_HEADER + clientFirstBare))
        .append("options", new BsonDocument("skipEmptyExchange", BsonBoolean.TRUE));
  }

  /**
   * Takes the reply to the last command.
   *
   * @param reply one with {@code ok: 1}
   * @return the next command; null if the conversation is over, and both sides believe each other
   * @throws BadConversationException if the server is not to be believed
   */
  @Nullable BsonDocument next(BsonDocument reply) throws BadConversationException {
    boolean done =
        reply.get("done") instanceof BsonBoolean flag && flag.getValue(); // The server's view.
    return switch (stage) {
      case SERVER_FIRST -> {
        refuseIf(done, "it ended before the server proved that it knows the password");
        conversationId = reply.get("conversationId", new BsonInt32(0));
        String clientFinal = clientFinal(text(reply));
        stage = Stage.SERVER_FINAL;
        yield proceed(clientFinal);
      }
      case SERVER_FINAL -> {
        checkServerFinal(text(reply));
        stage = done ? Stage.OVER : Stage.EMPTY_EXCHANGE;
        yield done ? null : proceed("");
      }
      case EMPTY_EXCHANGE -> {
        refuseIf(!done, "the server does not come to an end");
        stage = Stage.OVER;
        yield null;
      }
      case OVER -> throw new IllegalStateException("the conversation is over");
    };
  }

  private String clientFinal(String serverFirst) throws BadConversationException {
    String[] fields = serverFirst.split(",", -1);
    refuseIf(
        fields.length < 3, "the server's first message has no nonce, salt and iteration count");
    String nonce = value(fields[0], 'r');
    refuseIf(
        !nonce.startsWith(clientNonce) || nonce.length() == clientNonce.length(),
        "the server's nonce does not continue the client's");
    byte[] salt = bytes(value(fields[1], 's'), "salt");
    int iterations = iterations(value(fields[2], 'i'));
    keys = keys(salt, iterations);
    String withoutProof =
        "c=" + Base64.getEncoder().encodeToString(GS2_HEADER.getBytes(UTF_8)) + ",r=" + nonce;
    authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
    byte[] proof = keys.clientProof(authMessage);
    return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
  }

  private ScramKeys keys(byte[] salt, int iterations) throws BadConversationException {
    try {
      return cache.get(
          mechanism,
          salt,
          iterations,
          () -> ScramKeys.derive(mechanism, user, password, salt, iterations));
    } catch (IllegalArgumentException e) { // Its message may hold a character of the password.
      throw new BadConversationException(
          "the password has characters that SASLprep (RFC 4013) forbids");
    }
  }

  private void checkServerFinal(String serverFinal) throws BadConversationException {
    String first = serverFinal.split(",", 2)[0];
    refuseIf(first.startsWith("e="), "the server's last message is an error");
    byte[] signature = bytes(value(first, 'v'), "signature");
    ScramKeys agreed = keys;
    refuseIf(
        agreed == null || !agreed.isSignedByServer(authMessage, signature),
        "the server's signature is wrong: it does not know the password");
  }

  private static int iterations(String text) throws BadConversationException {
    int iterations;
    try {
      iterations = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadConversationException("the server's iteration count is no number");
    }
    refuseIf(
        iterations < MIN_ITERATIONS,
        "the server's iteration count is %d, less than %d".formatted(iterations, MIN_ITERATIONS));
    return iterations;
  }

  private static String value(String field, char name) throws BadConversationException {
    refuseIf(
        field.length() < 3 || field.charAt(0) != name || field.charAt(1) != '=',
        "a message of the server has no field " + name + " where it has to be");
    return field.substring(2);
  }

  private static byte[] bytes(String base64, String what) throws BadConversationException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new BadConversationException("the server's " + what + " is not in Base64");
    }
  }

  private static String text(BsonDocument reply) throws BadConversationException {
    if (reply.get("payload") instanceof BsonBinary payload) {
      return new String(payload.getData(), UTF_8);
    }
    throw new BadConversationException("a reply of the server has no payload");
  }

  private BsonDocument proceed(String message) {
    return new BsonDocument("saslContinue", new BsonInt32(1))
        .append("conversationId", conversationId)
        .append("payload", payload(message));
  }

  private static BsonBinary payload(String message) {
    return new BsonBinary(message.getBytes(UTF_8));
  }

  private static void refuseIf(boolean bad, String why) throws BadConversationException {
    if (bad) {
      throw new BadConversationException(why);
    }
  }
}
