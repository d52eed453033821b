package dev.tailrace.fakeserver.network;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.ServerKind;
import dev.tailrace.engine.transport.Target;
import java.util.OptionalLong;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What a client adds to every command, and learns from every reply, whatever they are about. Not
 * thread-safe.
 */
final class Gossip {

  /** Errors by which a server says that it is not what it was taken for (SDAM specification). */
  private static final Set<Integer> STALE_PICTURE =
      Set.of(10_107, 13_435, 10_058, 11_600, 11_602, 13_436, 189, 91);

  private @Nullable BsonDocument clusterTime;
  private ServerKind kind = ServerKind.UNKNOWN;

  /**
   * The command as it goes out.
   *
   * @param maxTimeMillis what the server is told of the time left, if it is
   */
  BsonDocument body(Request request, OptionalLong maxTimeMillis) {
    BsonDocument body = new BsonDocument();
    body.putAll(request.command());
    body.append("$db", new BsonString(request.database()));
    if (clusterTime != null) {
      body.append("$clusterTime", clusterTime);
    }
    if (request.target() instanceof Target.AnyEligible any
        && any.readPreference().mode() != ReadPreference.Mode.PRIMARY) {
      body.append("$readPreference", any.readPreference().toDocument());
    }
    maxTimeMillis.ifPresent(millis -> body.append("maxTimeMS", new BsonInt64(millis)));
    return body;
  }

  /** Takes note of a reply; says whether by it the picture of the set is wrong. */
  boolean notice(DocumentSlice reply) {
    RawBsonDocument document = reply.asDocument();
    kind = ServerKind.STANDALONE;
    if (document.get("$clusterTime") instanceof BsonDocument gossip
        && gossip.get("clusterTime") instanceof BsonTimestamp time) {
      kind = ServerKind.REPLICA_SET_MEMBER;
      BsonDocument known = clusterTime;
      if (known == null || time.compareTo(known.getTimestamp("clusterTime")) > 0) {
        clusterTime = gossip;
      }
    }
    return document.get("code") instanceof BsonNumber code
        && STALE_PICTURE.contains(code.intValue());
  }

  /**
   * What the servers are, by the last reply: a member of a set sends its cluster time with each
   * (driver sessions specification), a standalone has none. There is no handshake that would tell.
   */
  ServerKind kind() {
    return kind;
  }
}
