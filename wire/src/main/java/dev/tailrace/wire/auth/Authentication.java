package dev.tailrace.wire.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The authentication of one connection (authentication specification). It begins within the
 * greeting ("speculative authentication"), so that a new connection costs one round trip less:
 * {@link #greeting} goes into the hello, {@link #greeted} takes the reply, and from there on each
 * command that is answered with a document is sent, and its reply given to {@link #answered}, until
 * that says null. Then the connection is authenticated. Not thread-safe.
 */
public final class Authentication {

  private final Credential credential;
  private final Supplier<String> nonces;
  private final KeyCache keys;

  /** The mechanism, as far as it is decided yet. */
  private Mechanism mechanism;

  /** The conversation, where the mechanism has more than one message. */
  private @Nullable ScramConversation scram;

  Authentication(Credential credential, Supplier<String> nonces, KeyCache keys) {
    this.credential = credential;
    this.nonces = nonces;
    this.keys = keys;
    this.mechanism = credential.mechanism().orElse(Mechanism.SCRAM_SHA_256);
  }

  /**
   * The fields for the hello, by their names.
   *
   * @throws AuthenticationException if there is nothing to authenticate with
   */
  public BsonDocument greeting() throws AuthenticationException {
    BsonDocument fields = new BsonDocument();
    if (credential.mechanism().isEmpty()) {
      String user = credential.source() + "." + credential.userName().orElse("");
      fields.append("saslSupportedMechs", new BsonString(user));
    }
    if (mechanism != Mechanism.PLAIN) { // Whose one message would be the password.
      fields.append(
          "speculativeAuthenticate",
          firstCommand().append("db", new BsonString(credential.source())));
    }
    return fields;
  }

  /**
   * Takes the reply to the hello.
   *
   * @param reply one with {@code ok: 1}
   * @return the next command, with its database; null if the connection is authenticated
   * @throws AuthenticationException if it cannot be
   */
  public @Nullable BsonDocument greeted(BsonDocument reply) throws AuthenticationException {
    if (reply.get("speculativeAuthenticate") instanceof BsonDocument speculative) {
      return next(speculative);
    }
    if (credential.mechanism().isEmpty()) {
      mechanism = negotiated(reply.get("saslSupportedMechs"));
    }
    return withDatabase(firstCommand());
  }

  /**
   * Takes the reply to the last command.
   *
   * @return the next command, with its database; null if the connection is authenticated
   * @throws AuthenticationException if it cannot be
   */
  public @Nullable BsonDocument answered(BsonDocument reply) throws AuthenticationException {
    if (!(reply.get("ok") instanceof BsonNumber ok) || ok.doubleValue() != 1) {
      throw refused(reply);
    }
    return next(reply);
  }

  /** Servers that do not say what they offer the user take SCRAM-SHA-1. */
  private static Mechanism negotiated(@Nullable BsonValue offered) {
    return offered instanceof BsonArray names
            && names.contains(new BsonString(Mechanism.SCRAM_SHA_256.specName()))
        ? Mechanism.SCRAM_SHA_256
        : Mechanism.SCRAM_SHA_1;
  }

  private BsonDocument firstCommand() throws AuthenticationException {
    return switch (mechanism) {
      case SCRAM_SHA_1, SCRAM_SHA_256 -> {
        if (credential.password().orElse("").isEmpty()) {
          throw failed(0, "there is no password");
        }
        scram = new ScramConversation(mechanism, credential, nonces.get(), keys);
        yield scram.start();
      }
      case PLAIN -> plain();
      case MONGODB_X509 -> x509();
    };
  }

  private BsonDocument plain() {
    String message =
        "\0" + credential.userName().orElse("") + "\0" + credential.password().orElse("");
    return new BsonDocument("saslStart", new BsonInt32(1))
        .append("mechanism", new BsonString(mechanism.specName()))
        .append("payload", new BsonBinary(message.getBytes(UTF_8)));
  }

  private BsonDocument x509() {
    BsonDocument command =
        new BsonDocument("authenticate", new BsonInt32(1))
            .append("mechanism", new BsonString(mechanism.specName()));
    credential.userName().ifPresent(name -> command.append("user", new BsonString(name)));
    return command;
  }

  private @Nullable BsonDocument next(BsonDocument reply) throws AuthenticationException {
    if (scram == null) {
      return null;
    }
    try {
      @Nullable BsonDocument command = scram.next(reply);
      return command == null ? null : withDatabase(command);
    } catch (BadConversationException e) {
      throw failed(0, String.valueOf(e.getMessage()));
    }
  }

  private BsonDocument withDatabase(BsonDocument command) {
    return command.append("$db", new BsonString(credential.source()));
  }

  private AuthenticationException refused(BsonDocument reply) {
    int code = reply.get("code") instanceof BsonNumber number ? number.intValue() : 0;
    return failed(
        code, "error %d %s: %s".formatted(code, text(reply, "codeName"), text(reply, "errmsg")));
  }

  private static String text(BsonDocument reply, String name) {
    return reply.get(name) instanceof BsonString text ? text.getValue() : "";
  }

  private AuthenticationException failed(int code, String why) {
    return new AuthenticationException(
        mechanism,
        code,
        "%s authentication of %s by %s failed: %s"
            .formatted(
                mechanism.specName(),
                credential.userName().map(name -> "user \"" + name + '"').orElse("the certificate"),
                credential.source(),
                why));
  }
}
