package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.replset.Member;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/**
 * Completes replies with what all of them have, in the order of the release: {@code ok}, {@code
 * errmsg}, {@code code}, labels, cluster time and operation time.
 */
public final class Replies {

  /**
   * Errors that say that a member is not what the client took it for. With them a client learns of
   * which state of the member they speak. Those of a shutdown say so only of a member that is about
   * to shut down and still answers ("quiesce mode"), which there is not here.
   */
  private static final Set<Integer> NOT_PRIMARY_CODES =
      Set.of(10_107, 13_435, 13_436, 10_058, 11_602, 189);

  private static final BsonDouble OK = new BsonDouble(1);
  private static final BsonDouble NOT_OK = new BsonDouble(0);
  private static final BsonInt64 NO_KEY = new BsonInt64(0);

  private final World world;

  /** Replies of a set's members. */
  public Replies(World world) {
    this.world = world;
  }

  /**
   * A reply that says yes.
   *
   * @param body what the command answers; completed in place
   * @param operationTime the time of what it read or wrote
   */
  public BsonDocument success(BsonDocument body, BsonTimestamp operationTime) {
    body.append("ok", OK);
    if (!world.standalone()) {
      body.append("$clusterTime", clusterTime()).append("operationTime", operationTime);
    }
    return body;
  }

  /**
   * A reply that says no.
   *
   * @param labels the error's labels, in order
   * @param member who answers
   */
  public BsonDocument failure(
      CommandFailure failure, List<String> labels, Member member, BsonTimestamp operationTime) {
    ServerVersion version = world.version();
    boolean timeFirst = !version.atLeast(5, 0);
    BsonDocument reply = new BsonDocument();
    if (!labels.isEmpty()) {
      reply.append("errorLabels", labels(labels));
    }
    appendTopologyVersion(reply, failure.code(), member);
    if (timeFirst && !world.standalone()) {
      reply.append("operationTime", operationTime);
    }
    reply
        .append("ok", NOT_OK)
        .append("errmsg", new BsonString(failure.message()))
        .append("code", new BsonInt32(failure.code()))
        .append("codeName", new BsonString(ErrorCode.codeName(failure.code(), version)));
    failure.extraInfo().forEach(reply::append);
    if (!world.standalone()) {
      reply.append("$clusterTime", clusterTime());
      if (!timeFirst) {
        reply.append("operationTime", operationTime);
      }
    }
    return reply;
  }

  /** Appends {@code topologyVersion} where the code is of an error that takes it. */
  void appendTopologyVersion(BsonDocument reply, int code, Member member) {
    if (world.version().atLeast(4, 4) && NOT_PRIMARY_CODES.contains(code) && !world.standalone()) {
      reply.append("topologyVersion", topologyVersion(member));
    }
  }

  /** The value of {@code errorLabels}. */
  public static BsonArray labels(List<String> labels) {
    return new BsonArray(labels.stream().map(BsonString::new).toList());
  }

  /** The value of {@code topologyVersion}. */
  public static BsonDocument topologyVersion(Member member) {
    return new BsonDocument("processId", new BsonObjectId(member.processId()))
        .append("counter", new BsonInt64(member.topologyCounter()));
  }

  private BsonDocument clusterTime() {
    // Without keys the server signs with zeros.
    BsonDocument signature =
        new BsonDocument("hash", new BsonBinary(new byte[20])).append("keyId", NO_KEY);
    return new BsonDocument("clusterTime", world.set().journal().clock().latest())
        .append("signature", signature);
  }
}
