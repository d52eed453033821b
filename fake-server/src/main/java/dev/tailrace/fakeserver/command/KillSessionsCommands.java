package dev.tailrace.fakeserver.command;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.transaction.SessionInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code killAllSessions} and {@code killAllSessionsByPattern}. Nobody logs in here, so every
 * session is one of "no user": what names users or roles names no session.
 */
final class KillSessionsCommands {

  private static final byte[] NO_USER = Base64.getDecoder().decode(SessionInfo.NO_USER);

  private static final ImmutableSet<String> USER_FIELDS = ImmutableSet.of("user", "db");

  private static final ImmutableMap<String, BsonType> PATTERN_FIELDS =
      ImmutableMap.of(
          "lsid", BsonType.DOCUMENT,
          "uid", BsonType.BINARY,
          "users", BsonType.ARRAY,
          "roles", BsonType.ARRAY);

  private KillSessionsCommands() {}

  /** {@code {killAllSessions: [{user, db}, ...]}}; none of them means all there are. */
  static Outcome ofUsers(Invocation call) {
    List<BsonDocument> users = subjects(call);
    String path = path(call);
    for (BsonDocument user : users) {
      Idl.requireKnown(path, user, USER_FIELDS);
      for (String field : USER_FIELDS) {
        if (!user.containsKey(field)) {
          throw Idl.missingField(path + "." + field);
        }
        Idl.requireType(path + "." + field, user.get(field), BsonType.STRING);
      }
    }
    kill(call, session -> users.isEmpty());
    return new Outcome.Reply(new BsonDocument());
  }

  /**
   * {@code {killAllSessionsByPattern: [{lsid, uid, users, roles}, ...]}}: the sessions of which any
   * pattern holds. Without patterns it means all there are.
   */
  static Outcome byPattern(Invocation call) {
    List<Predicate<BsonBinary>> patterns = new ArrayList<>();
    for (BsonDocument pattern : subjects(call)) {
      patterns.add(pattern(path(call), pattern));
    }
    kill(
        call,
        session ->
            patterns.isEmpty() || patterns.stream().anyMatch(pattern -> pattern.test(session)));
    return new Outcome.Reply(new BsonDocument());
  }

  private static Predicate<BsonBinary> pattern(String path, BsonDocument pattern) {
    Idl.requireKnown(path, pattern, PATTERN_FIELDS.keySet());
    PATTERN_FIELDS.forEach(
        (field, type) -> Idl.requireType(path + "." + field, pattern.get(field), type));
    boolean namesOthers =
        isOfSomebody(pattern.get("uid"))
            || isFilled(pattern.get("users"))
            || isFilled(pattern.get("roles"));
    if (!(pattern.get("lsid") instanceof BsonDocument lsid)) {
      return session -> !namesOthers;
    }
    BsonBinary wanted = SessionInfo.sessionId(lsid, path + ".lsid");
    boolean isOthers = namesOthers || isOfSomebody(lsid.get("uid"));
    return session -> !isOthers && session.equals(wanted);
  }

  private static boolean isOfSomebody(@Nullable BsonValue uid) {
    return uid instanceof BsonBinary digest && !Arrays.equals(digest.getData(), NO_USER);
  }

  private static boolean isFilled(@Nullable BsonValue value) {
    return value instanceof BsonArray array && !array.isEmpty();
  }

  /** Kills the sessions that {@code condition} names, as {@code killSessions} would. */
  private static void kill(Invocation call, Predicate<BsonBinary> condition) {
    for (BsonBinary session : call.world().sessions().all()) {
      if (condition.test(session)) {
        SessionCommands.kill(call, session);
      }
    }
  }

  private static String path(Invocation call) {
    return SessionCommands.path(call);
  }

  private static List<BsonDocument> subjects(Invocation call) {
    if (!(call.request().subject() instanceof BsonArray array)) {
      throw Idl.wrongType(path(call), call.request().subject(), BsonType.ARRAY);
    }
    List<BsonDocument> subjects = new ArrayList<>();
    for (BsonValue element : array) {
      if (!(element instanceof BsonDocument subject)) {
        throw Idl.wrongType(path(call) + "." + subjects.size(), element, BsonType.DOCUMENT);
      }
      subjects.add(subject);
    }
    return subjects;
  }
}
