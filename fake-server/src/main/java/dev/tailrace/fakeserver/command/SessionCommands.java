package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.transaction.SessionInfo;
import dev.tailrace.fakeserver.transaction.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonType;
import org.bson.BsonValue;

/** Commands that begin, keep and end logical sessions. */
final class SessionCommands {

  private SessionCommands() {}

  static Outcome startSession(Invocation call) {
    BsonBinary id = call.world().ids().uuid();
    call.world().sessions().touch(id, call.nowNanos());
    return new Outcome.Reply(
        new BsonDocument("id", new BsonDocument("id", id))
            .append("timeoutMinutes", new BsonInt32(Sessions.TIMEOUT_MINUTES)));
  }

  static Outcome refreshSessions(Invocation call) {
    for (BsonBinary id : sessionIds(call)) {
      call.world().sessions().touch(id, call.nowNanos());
    }
    return new Outcome.Reply(new BsonDocument());
  }

  /**
   * Ends the given sessions, with their cursors on every member: a real set gets there too, when
   * its members next compare their sessions.
   */
  static Outcome endSessions(Invocation call) {
    for (BsonBinary id : sessionIds(call)) {
      end(call, id);
    }
    return new Outcome.Reply(new BsonDocument());
  }

  /** Kills the given sessions. */
  static Outcome killSessions(Invocation call) {
    for (BsonBinary id : sessionIds(call)) {
      kill(call, id);
    }
    return new Outcome.Reply(new BsonDocument());
  }

  /**
   * Ends a session with all that it has under way, on every member. The one command that is spared
   * is the one that says so: a real server's interrupts itself, which every driver's tests have to
   * allow for.
   */
  static void kill(Invocation call, BsonBinary id) {
    for (Node node : call.world().nodes()) {
      for (Operation operation : call.running().on(node)) {
        if (operation.call() != call && operation.isIn(id)) {
          operation.kill();
        }
      }
    }
    end(call, id);
  }

  private static void end(Invocation call, BsonBinary id) {
    call.world().sessions().end(id, call.nowNanos());
    SessionCleanup.interrupt(call.world(), id);
  }

  private static List<BsonBinary> sessionIds(Invocation call) {
    String path = path(call);
    BsonValue sessions = call.request().subject();
    if (!(sessions instanceof BsonArray array)) {
      throw Idl.wrongType(path, sessions, BsonType.ARRAY);
    }
    List<BsonBinary> ids = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (!(array.get(i) instanceof BsonDocument session)) {
        throw Idl.wrongType(path + "." + i, array.get(i), BsonType.DOCUMENT);
      }
      ids.add(SessionInfo.sessionId(session, path));
    }
    return ids;
  }

  /** Where the argument of such a command stands: its parsers had names of their own. */
  static String path(Invocation call) {
    String name = call.request().name();
    if (name.startsWith("kill")) {
      return "K" + name.substring(1) + "Cmd." + name;
    }
    return call.version().atLeast(5, 0)
        ? name + "." + name
        : name.substring(0, 1).toUpperCase(Locale.ROOT)
            + name.substring(1)
            + "CmdFromClient."
            + name;
  }
}
