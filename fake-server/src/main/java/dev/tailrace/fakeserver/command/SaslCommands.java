package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableList;
import com.google.common.io.BaseEncoding;
import com.ongres.scram.common.ScramMechanism;
import dev.tailrace.fakeserver.auth.NewUser;
import dev.tailrace.fakeserver.auth.ServerConversation;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Commands by which a client says who it is, and the fields of hello that do the same. */
final class SaslCommands {

  /** Each connection has one conversation at a time, and it always has this number. */
  private static final int CONVERSATION_ID = 1;

  private SaslCommands() {}

  static Outcome start(Invocation call) {
    return new Outcome.Reply(start(call, call.request().db(), call.request().body()));
  }

  static Outcome goOn(Invocation call) {
    ServerConversation conversation = call.connection().conversation();
    if (conversation == null) {
      throw new CommandFailure(ErrorCode.PROTOCOL_ERROR, "No SASL session state found");
    }
    if (!(call.request().get("conversationId") instanceof BsonNumber id)
        || id.intValue() != CONVERSATION_ID) {
      throw new CommandFailure(ErrorCode.PROTOCOL_ERROR, "Mismatched conversation id");
    }
    return new Outcome.Reply(step(call, conversation, call.request().body(), "saslContinue"));
  }

  static Outcome logout(Invocation call) {
    call.connection().forgetUser();
    return new Outcome.Reply(new BsonDocument());
  }

  /** Adds to a hello's reply what the client has asked for, for the sake of authentication. */
  static BsonDocument greet(Invocation call, BsonDocument reply) {
    BsonValue user = call.request().get("saslSupportedMechs");
    if (user != null) {
      mechanisms(call, user).ifPresent(names -> reply.append("saslSupportedMechs", names));
    }
    if (call.version().atLeast(4, 4)
        && call.request().get("speculativeAuthenticate") instanceof BsonDocument speculative
        && speculative.get("db") instanceof BsonString db
        && (speculative.containsKey("saslStart") || speculative.containsKey("authenticate"))) {
      try {
        reply.append(
            "speculativeAuthenticate",
            speculative.containsKey("saslStart")
                ? start(call, db.getValue(), speculative)
                : X509Command.authenticate(call, db.getValue(), speculative));
      } catch (CommandFailure e) {
        // It was worth a try: the client is not told, and begins in the usual way.
      }
    }
    return reply;
  }

  private static Optional<BsonArray> mechanisms(Invocation call, BsonValue user) {
    if (!(user instanceof BsonString text)) {
      throw Idl.wrongType("hello.saslSupportedMechs", user, BsonType.STRING);
    }
    int dot = text.getValue().indexOf('.');
    if (dot < 0) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE, "UserName must contain a '.' separated database.user pair");
    }
    ImmutableList<String> names =
        call.world()
            .users()
            .mechanisms(text.getValue().substring(0, dot), text.getValue().substring(dot + 1));
    return Optional.ofNullable(names)
        .map(found -> new BsonArray(found.stream().map(BsonString::new).toList()));
  }

  private static BsonDocument start(Invocation call, String db, BsonDocument command) {
    BsonValue mechanism = required(command, "saslStart", "mechanism");
    if (!(mechanism instanceof BsonString name)) {
      throw Idl.wrongType("saslStart.mechanism", mechanism, BsonType.STRING);
    }
    ScramMechanism known =
        NewUser.ALL_MECHANISMS.stream()
            .filter(each -> each.getName().equals(name.getValue()))
            .findFirst()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ErrorCode.MECHANISM_UNAVAILABLE,
                        "Received authentication for mechanism "
                            + name.getValue()
                            + " which is unknown or not enabled"));
    boolean skipsEmptyExchange =
        command.get("options") instanceof BsonDocument options
            && Flags.isTrue(options, "skipEmptyExchange");
    ServerConversation conversation =
        new ServerConversation(call.world().users(), db, known, skipsEmptyExchange);
    return step(call, conversation, command, "saslStart");
  }

  private static BsonDocument step(
      Invocation call, ServerConversation conversation, BsonDocument command, String name) {
    byte[] payload = payload(command, name);
    call.connection().converse(null); // Unless it goes well.
    byte[] answer = conversation.answer(payload);
    if (conversation.isDone()) {
      call.connection()
          .rememberUser(conversation.user(), conversation.db(), conversation.mechanism());
    } else {
      call.connection().converse(conversation);
    }
    return new BsonDocument("conversationId", new BsonInt32(CONVERSATION_ID))
        .append("done", BsonBoolean.valueOf(conversation.isDone()))
        .append("payload", new BsonBinary(answer));
  }

  private static byte[] payload(BsonDocument command, String name) {
    BsonValue payload = required(command, name, "payload");
    if (payload instanceof BsonBinary binary) {
      return binary.getData();
    }
    if (payload instanceof BsonString base64) {
      try {
        return BaseEncoding.base64().decode(base64.getValue());
      } catch (IllegalArgumentException e) {
        throw ServerConversation.failed();
      }
    }
    throw Idl.wrongType(name + ".payload", payload, BsonType.BINARY, BsonType.STRING);
  }

  private static BsonValue required(BsonDocument command, String name, String field) {
    @Nullable BsonValue value = command.get(field);
    if (value == null) {
      throw Idl.missingField(name + "." + field);
    }
    return value;
  }
}
