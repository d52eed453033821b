package dev.tailrace.wire.topology;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself in its reply to {@code hello} or its older name {@code isMaster}
 * (discovery specification, "Parsing a hello or legacy hello response").
 *
 * @param ok whether the command succeeded; if not, only {@code error} and {@code topologyVersion}
 *     mean anything
 * @param error the server's message, where it did not
 * @param helloOk whether the server knows the command by its new name
 * @param type what the server is
 * @param hosts the members of its set that may become primary, in the order in which it names them
 * @param passives the members that hold data and never become primary
 * @param arbiters the members that only vote
 * @param primary who it believes to be primary
 * @param setName the name of its set
 * @param setVersion the version of its set's configuration
 * @param electionId the election that made it primary
 * @param me the address that its set knows it by
 * @param tags its tags, for read preferences
 * @param lastWriteMillis the primary's wall clock at the last write that this member has, in
 *     milliseconds since 1970
 * @param minWireVersion the oldest wire version it speaks
 * @param maxWireVersion the newest wire version it speaks
 * @param logicalSessionTimeoutMinutes how long an idle session lives
 * @param compressors of those that the client has offered, the names of those that it knows
 * @param topologyVersion its count of changes; a server that sends one can also stream its replies
 * @param serviceId which of the servers behind a load balancer answered; only where it was asked
 *     for
 */
public record HelloReply(
    boolean ok,
    @Nullable String error,
    boolean helloOk,
    ServerType type,
    Set<ServerAddress> hosts,
    Set<ServerAddress> passives,
    Set<ServerAddress> arbiters,
    @Nullable ServerAddress primary,
    @Nullable String setName,
    @Nullable Long setVersion,
    @Nullable ObjectId electionId,
    @Nullable ServerAddress me,
    Map<String, String> tags,
    @Nullable Long lastWriteMillis,
    int minWireVersion,
    int maxWireVersion,
    @Nullable Long logicalSessionTimeoutMinutes,
    List<String> compressors,
    @Nullable TopologyVersion topologyVersion,
    @Nullable ObjectId serviceId) {

  public HelloReply {
    hosts = Collections.unmodifiableSet(new LinkedHashSet<>(hosts));
    passives = Collections.unmodifiableSet(new LinkedHashSet<>(passives));
    arbiters = Collections.unmodifiableSet(new LinkedHashSet<>(arbiters));
    compressors = List.copyOf(compressors);
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
  }

  /**
   * Reads a reply.
   *
   * @param reply well-formed BSON
   * @throws BadHelloException if a field that is there is not what it has to be
   */
  public static HelloReply parse(BsonDocument reply) throws BadHelloException {
    HelloFields fields = new HelloFields(reply);
    boolean ok = fields.flag("ok");
    return new HelloReply(
        ok,
        ok ? null : fields.string("errmsg"),
        fields.flag("helloOk"),
        ok ? type(fields) : ServerType.UNKNOWN,
        fields.addresses("hosts"),
        fields.addresses("passives"),
        fields.addresses("arbiters"),
        fields.address("primary"),
        fields.string("setName"),
        fields.integer("setVersion"),
        fields.objectId("electionId"),
        fields.address("me"),
        fields.document("tags").strings(),
        fields.document("lastWrite").dateMillis("lastWriteDate"),
        fields.wireVersion("minWireVersion"),
        fields.wireVersion("maxWireVersion"),
        fields.integer("logicalSessionTimeoutMinutes"),
        fields.texts("compression"),
        TopologyVersion.in(reply),
        fields.objectId("serviceId"));
  }

  /** All that the server believes to be of its set, in the order in which it names them. */
  public Set<ServerAddress> members() {
    Set<ServerAddress> members = new LinkedHashSet<>(hosts);
    members.addAll(passives);
    members.addAll(arbiters);
    return Collections.unmodifiableSet(members);
  }

  /**
   * Whether both say the same of the server (discovery specification, "ServerDescription
   * equality"). When it was last written to does not count, nor what was agreed on for one
   * connection.
   */
  boolean describesTheSame(HelloReply other) {
    return withoutPassingNews().equals(other.withoutPassingNews());
  }

  private HelloReply withoutPassingNews() {
    return new HelloReply(
        ok,
        error,
        helloOk,
        type,
        hosts,
        passives,
        arbiters,
        primary,
        setName,
        setVersion,
        electionId,
        me,
        tags,
        null,
        minWireVersion,
        maxWireVersion,
        logicalSessionTimeoutMinutes,
        List.of(),
        topologyVersion,
        serviceId);
  }

  private static ServerType type(HelloFields fields) throws BadHelloException {
    if ("isdbgrid".equals(fields.string("msg"))) {
      return ServerType.MONGOS;
    }
    if (fields.flag("isreplicaset")) {
      return ServerType.RS_GHOST;
    }
    if (!fields.contains("setName")) {
      return ServerType.STANDALONE;
    }
    if (fields.flag("hidden")) {
      return ServerType.RS_OTHER;
    }
    String primary = fields.contains("isWritablePrimary") ? "isWritablePrimary" : "ismaster";
    if (fields.flag(primary)) {
      return ServerType.RS_PRIMARY;
    }
    if (fields.flag("secondary")) {
      return ServerType.RS_SECONDARY;
    }
    return fields.flag("arbiterOnly") ? ServerType.RS_ARBITER : ServerType.RS_OTHER;
  }
}
