package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.auth.ServerConversation;
import dev.tailrace.fakeserver.auth.Users;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Idl;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Authentication by the certificate that the client has shown to TLS (MONGODB-X509). */
final class X509Command {

  private static final String MECHANISM = "MONGODB-X509";

  private X509Command() {}

  static Outcome authenticate(Invocation call) {
    return new Outcome.Reply(authenticate(call, call.request().db(), call.request().body()));
  }

  /**
   * Lets the client in as the subject of its certificate.
   *
   * @param db the database that the client says it is a user of
   * @return the reply
   * @throws CommandFailure if it is not to be let in; a stranger is not told why
   */
  static BsonDocument authenticate(Invocation call, String db, BsonDocument command) {
    @Nullable BsonValue mechanism = command.get("mechanism");
    if (mechanism == null) {
      throw Idl.missingField("authenticate.mechanism");
    }
    if (!mechanism.equals(new BsonString(MECHANISM))) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Unsupported mechanism: "
              + (mechanism.isString() ? mechanism.asString().getValue() : mechanism));
    }
    if (!db.equals(Users.EXTERNAL)) {
      throw new CommandFailure(
          ErrorCode.PROTOCOL_ERROR, "X.509 authentication must always use the $external database.");
    }
    @Nullable String subject = call.connection().subject();
    @Nullable BsonValue user = command.get("user");
    if (user != null && !user.isString()) {
      throw Idl.wrongType("authenticate.user", user, BsonType.STRING);
    }
    if (subject == null
        || (user != null && !user.asString().getValue().equals(subject))
        || !call.world().users().hasSubject(subject)) {
      throw ServerConversation.failed();
    }
    call.connection().rememberUser(subject, db, MECHANISM);
    return new BsonDocument("dbname", new BsonString(db)).append("user", new BsonString(subject));
  }
}
