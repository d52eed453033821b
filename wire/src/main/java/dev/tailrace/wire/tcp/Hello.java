package dev.tailrace.wire.tcp;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.wire.frame.BadMessageException;
import dev.tailrace.wire.frame.DocumentCheck;
import dev.tailrace.wire.topology.BadHelloException;
import dev.tailrace.wire.topology.HelloReply;
import dev.tailrace.wire.topology.TopologyVersion;
import java.time.Duration;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;

/** The forms of the hello command (handshake and monitoring specifications). */
final class Hello {

  /** Where it runs. */
  static final String DATABASE = "admin";

  private Hello() {}

  /**
   * The first one on a connection: by its old name, but by its new one to a load balancer, as all
   * that stands behind one knows it (load balancers specification, "Connection establishment").
   *
   * @param compressors the names of those that the client would like to use, the best first
   */
  static BsonDocument handshake(
      BsonDocument clientMetadata, List<String> compressors, boolean loadBalanced) {
    BsonDocument hello =
        loadBalanced ? modern().append("loadBalanced", BsonBoolean.TRUE) : legacy();
    hello.append("client", clientMetadata);
    return compressors.isEmpty()
        ? hello
        : hello.append(
            "compression", new BsonArray(compressors.stream().map(BsonString::new).toList()));
  }

  /** One of the later ones, by the newest name that the server knows; answered at once. */
  static BsonDocument check(HelloReply handshake) {
    return handshake.helloOk() ? modern() : legacy();
  }

  /**
   * One that the server answers when it is no longer as it was at {@code known}, and at the latest
   * after {@code maxAwait}.
   */
  static BsonDocument awaitable(HelloReply handshake, TopologyVersion known, Duration maxAwait) {
    return check(handshake)
        .append(
            "topologyVersion",
            new BsonDocument("processId", new BsonObjectId(known.processId()))
                .append("counter", new BsonInt64(known.counter())))
        .append("maxAwaitTimeMS", new BsonInt64(maxAwait.toMillis()));
  }

  /** The command as OP_MSG carries it. */
  static BsonDocument withDatabase(BsonDocument command) {
    return command.append("$db", new BsonString(DATABASE));
  }

  static HelloReply parse(DocumentSlice reply) throws BadMessageException, BadHelloException {
    DocumentCheck.check(reply);
    return HelloReply.parse(reply.asDocument());
  }

  private static BsonDocument modern() {
    return new BsonDocument("hello", new BsonInt32(1)).append("helloOk", BsonBoolean.TRUE);
  }

  private static BsonDocument legacy() {
    return new BsonDocument("isMaster", new BsonInt32(1)).append("helloOk", BsonBoolean.TRUE);
  }
}
