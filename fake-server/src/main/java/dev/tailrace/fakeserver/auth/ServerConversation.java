package dev.tailrace.fakeserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import com.google.common.io.BaseEncoding;
import com.ongres.scram.common.ScramMechanism;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of SCRAM (RFC 5802) on one connection. Whatever is wrong is answered with the
 * same error, which tells a stranger nothing.
 */
public final class ServerConversation {

  private static final int CLIENT_FIRST = 0;
  private static final int CLIENT_FINAL = 1;
  private static final int EMPTY_EXCHANGE = 2;

  private final Users users;
  private final String db;
  private final ScramMechanism mechanism;
  private final boolean skipsEmptyExchange;

  private int stage = CLIENT_FIRST;
  private String user = "";
  private String header = "";
  private String nonce = "";
  private String firstMessages = "";
  private @Nullable StoredKeys keys;
  private boolean done;

  /**
   * A conversation that begins.
   *
   * @param db the database that the client says it is a user of
   * @param skipsEmptyExchange whether the client takes the signature as the last message
   */
  public ServerConversation(
      Users users, String db, ScramMechanism mechanism, boolean skipsEmptyExchange) {
    this.users = users;
    this.db = db;
    this.mechanism = mechanism;
    this.skipsEmptyExchange = skipsEmptyExchange;
  }

  /** The user, who is believed once the conversation {@link #isDone}. */
  public String user() {
    return user;
  }

  /** How the user proves that it is one. */
  public String mechanism() {
    return mechanism.getName();
  }

  /** The user's database. */
  public String db() {
    return db;
  }

  /** Whether the client is who it says it is, and knows that it is believed. */
  public boolean isDone() {
    return done;
  }

  /**
   * Takes a message of the client.
   *
   * @return the answer
   * @throws CommandFailure 18 if it is not what it has to be
   */
  public byte[] answer(byte[] payload) {
    String message = new String(payload, UTF_8);
    String answer =
        switch (stage++) {
          case CLIENT_FIRST -> serverFirst(message);
          case CLIENT_FINAL -> serverFinal(message);
          case EMPTY_EXCHANGE -> end(message);
          default -> throw failed();
        };
    return answer.getBytes(UTF_8);
  }

  private String serverFirst(String message) {
    // Channel binding flag, another name to act in, the user, the client's nonce.
    List<String> fields = Splitter.on(',').limit(4).splitToList(message);
    if (fields.size() < 4 || !fields.get(0).matches("[ny]") || !fields.get(1).isEmpty()) {
      throw failed();
    }
    header = fields.get(0) + ",,";
    user = value(fields.get(2), 'n').replace("=2C", ",").replace("=3D", "=");
    keys = users.keys(db, user, mechanism);
    if (keys == null) {
      throw failed();
    }
    nonce = value(fields.get(3), 'r') + users.nonce();
    String answer =
        "r=%s,s=%s,i=%d"
            .formatted(nonce, BaseEncoding.base64().encode(keys.salt()), keys.iterations());
    firstMessages = message.substring(header.length()) + "," + answer;
    return answer;
  }

  private String serverFinal(String message) {
    int proofStart = message.lastIndexOf(",p=");
    if (proofStart < 0) {
      throw failed();
    }
    String withoutProof = message.substring(0, proofStart);
    String expected = "c=" + BaseEncoding.base64().encode(header.getBytes(UTF_8)) + ",r=" + nonce;
    String authMessage = firstMessages + "," + withoutProof;
    StoredKeys known = requireNonNull(keys);
    byte[] proof = decode(message.substring(proofStart + ",p=".length()));
    if (!withoutProof.equals(expected) || !known.accepts(proof, authMessage)) {
      throw failed();
    }
    done = skipsEmptyExchange;
    return "v=" + BaseEncoding.base64().encode(known.signature(authMessage));
  }

  private String end(String message) {
    if (done || !message.isEmpty()) {
      throw failed();
    }
    done = true;
    return "";
  }

  private static String value(String field, char name) {
    if (field.length() < 3 || field.charAt(0) != name || field.charAt(1) != '=') {
      throw failed();
    }
    return field.substring(2);
  }

  private static byte[] decode(String base64) {
    try {
      return BaseEncoding.base64().decode(base64);
    } catch (IllegalArgumentException e) {
      throw failed();
    }
  }

  /** What a client is told, whatever was wrong. */
  public static CommandFailure failed() {
    return new CommandFailure(ErrorCode.AUTHENTICATION_FAILED, "Authentication failed.");
  }
}
