package dev.tailrace.fakeserver.command;

import com.google.common.math.LongMath;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.fault.FailPoints;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.replset.Journal;
import dev.tailrace.fakeserver.replset.Member;
import dev.tailrace.fakeserver.replset.Member.Role;
import dev.tailrace.fakeserver.replset.ReplicaSet;
import dev.tailrace.fakeserver.transaction.Sessions;
import dev.tailrace.wire.compression.Compressors;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * {@code hello}, and {@code isMaster} of old: who am I talking to. With {@code topologyVersion} and
 * {@code maxAwaitTimeMS} it waits until the answer is another one.
 */
final class HelloCommand implements Command {

  private static final int MAX_BSON_OBJECT_SIZE = 16 * 1024 * 1024;
  private static final int MAX_MESSAGE_SIZE_BYTES = 48_000_000;
  private static final int MAX_WRITE_BATCH_SIZE = 100_000;

  @Override
  public Outcome run(Invocation call) {
    FailPoints failPoints = call.node().failPoints();
    boolean isHeld =
        failPoints.enter(FailPoints.Name.WAIT_IN_HELLO) != null
            && failPoints.armed(FailPoints.Name.WAIT_IN_HELLO) != null;
    return isHeld ? new Outcome.Wait(new HeldHello(this, call)) : answer(call);
  }

  private Outcome answer(Invocation call) {
    Request request = call.request();
    rememberClient(call);
    BsonValue topologyVersion = request.get("topologyVersion");
    BsonValue maxAwaitTime = request.get("maxAwaitTimeMS");
    if ((topologyVersion == null) != (maxAwaitTime == null)) {
      throw new CommandFailure(
          31_368,
          topologyVersion == null
              ? "A request with 'maxAwaitTimeMS' must include a 'topologyVersion'"
              : "A request with a 'topologyVersion' must include 'maxAwaitTimeMS'");
    }
    if (maxAwaitTime == null) {
      if (request.exhaustAllowed()) {
        throw new CommandFailure(
            51_756, "An isMaster request with exhaust must specify 'maxAwaitTimeMS'");
      }
      return new Outcome.Reply(SaslCommands.greet(call, reply(call)));
    }
    long counter = counterKnownTo(call, topologyVersion);
    long waitMillis = awaitMillis(maxAwaitTime);
    if (counter != call.member().topologyCounter()) {
      return new Outcome.Reply(reply(call));
    }
    long deadline =
        LongMath.saturatedAdd(call.nowNanos(), TimeUnit.MILLISECONDS.toNanos(waitMillis));
    return new Outcome.Wait(new TopologyWait(call, counter, deadline));
  }

  private static void rememberClient(Invocation call) {
    if (Flags.isTrue(call.request().body(), "helloOk")) {
      call.connection().rememberHelloOk();
    }
    boolean isFirst = call.connection().greet();
    BsonValue client = call.request().get("client");
    if (client == null) {
      return;
    }
    boolean isTooLate = !isFirst && !call.version().atLeast(5, 0);
    if (isTooLate || call.connection().metadataSeen()) {
      throw new CommandFailure(
          ErrorCode.CLIENT_METADATA_CANNOT_BE_MUTATED,
          "The client metadata document may only be sent in the first "
              + (call.version().atLeast(5, 0) ? "hello" : "isMaster"));
    }
    ClientMetadata.check(client, call.version());
    call.connection().rememberMetadata(call.request().applicationName());
  }

  /** The counter that the client knows; -1 if it knows another process. */
  private static long counterKnownTo(Invocation call, @Nullable BsonValue topologyVersion) {
    if (!(topologyVersion instanceof BsonDocument known)) {
      throw new CommandFailure(10_065, "invalid parameter: expected an object (topologyVersion)");
    }
    checkTopologyVersion(known);
    BsonInt64 counter = known.getInt64("counter");
    BsonObjectId processId = known.getObjectId("processId");
    if (counter.getValue() < 0) {
      throw new CommandFailure(31_372, "topologyVersion must have a non-negative counter");
    }
    if (!processId.getValue().equals(call.member().processId())) {
      return -1;
    }
    if (counter.getValue() > call.member().topologyCounter()) {
      throw new CommandFailure(
          call.world().standalone() ? 51_764 : 31_382,
          ("Received a topology version with counter: %d which is greater than the server topology"
                  + " version counter: %d")
              .formatted(counter.getValue(), call.member().topologyCounter()));
    }
    return counter.getValue();
  }

  private static void checkTopologyVersion(BsonDocument known) {
    for (String field : known.keySet()) {
      switch (field) {
        case "processId" ->
            Idl.requireType(
                "TopologyVersion.processId", Idl.given(known, field), BsonType.OBJECT_ID);
        case "counter" ->
            Idl.requireType("TopologyVersion.counter", Idl.given(known, field), BsonType.INT64);
        default -> throw Idl.unknownField("TopologyVersion." + field);
      }
    }
    for (String field : new String[] {"processId", "counter"}) {
      if (Idl.given(known, field) == null) {
        throw Idl.missingField("TopologyVersion." + field);
      }
    }
  }

  private static long awaitMillis(BsonValue maxAwaitTime) {
    if (!(maxAwaitTime instanceof BsonNumber millis)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Expected field \"maxAwaitTimeMS\" to have numeric type, but found "
              + BsonTypes.name(maxAwaitTime));
    }
    if (millis.longValue() < 0) {
      throw new CommandFailure(31_373, "maxAwaitTimeMS must be a non-negative integer");
    }
    return millis.longValue();
  }

  private static BsonDocument reply(Invocation call) {
    boolean isHello = call.request().name().equals("hello");
    ServerVersion version = call.version();
    Member member = call.member();
    BsonDocument reply = new BsonDocument();
    boolean saysHelloOk = version.atLeast(4, 4, 2) && call.request().body().containsKey("helloOk");
    if (saysHelloOk) {
      reply.append("helloOk", BsonBoolean.TRUE);
    }
    if (version.atLeast(4, 4)) {
      reply.append("topologyVersion", Replies.topologyVersion(member));
    }
    String writable = isHello ? "isWritablePrimary" : "ismaster";
    if (call.world().loadBalanced()) {
      appendRouter(reply, call, writable);
    } else if (call.world().standalone()) {
      reply.append(writable, BsonBoolean.TRUE);
    } else {
      appendSet(reply, call, writable);
    }
    reply
        .append("maxBsonObjectSize", new BsonInt32(MAX_BSON_OBJECT_SIZE))
        .append("maxMessageSizeBytes", new BsonInt32(MAX_MESSAGE_SIZE_BYTES))
        .append("maxWriteBatchSize", new BsonInt32(MAX_WRITE_BATCH_SIZE))
        .append("localTime", new BsonDateTime(call.wallMillis()))
        .append("logicalSessionTimeoutMinutes", new BsonInt32(Sessions.TIMEOUT_MINUTES))
        .append("connectionId", new BsonInt32(call.connection().id()))
        .append("minWireVersion", new BsonInt32(0))
        .append("maxWireVersion", new BsonInt32(version.maxWireVersion()))
        .append("readOnly", BsonBoolean.FALSE);
    appendCompression(reply, call);
    return reply;
  }

  /** Of what the client offers, what there is here too, in the client's order. */
  private static void appendCompression(BsonDocument reply, Invocation call) {
    if (!(call.request().get("compression") instanceof BsonArray offered)) {
      return;
    }
    List<String> agreed =
        offered.stream()
            .filter(BsonValue::isString)
            .map(name -> name.asString().getValue())
            .filter(name -> Compressors.named(name).isPresent())
            .toList();
    call.connection().rememberCompressors(agreed);
    if (!agreed.isEmpty()) {
      reply.append("compression", new BsonArray(agreed.stream().map(BsonString::new).toList()));
    }
  }

  /** Only routers can be behind a load balancer; which one this is, says its {@code serviceId}. */
  private static void appendRouter(BsonDocument reply, Invocation call, String writable) {
    if (!Flags.isTrue(call.request().body(), "loadBalanced")
        && !call.connection().isLoadBalanced()) {
      throw new CommandFailure(
          ErrorCode.LOAD_BALANCER_SUPPORT_MISMATCH,
          "The server is being accessed through a load balancer, but this driver does not have load"
              + " balancing enabled");
    }
    call.connection().rememberLoadBalanced();
    reply
        .append(writable, BsonBoolean.TRUE)
        .append("msg", new BsonString("isdbgrid"))
        .append("serviceId", new BsonObjectId(call.member().processId()));
  }

  private static void appendSet(BsonDocument reply, Invocation call, String writable) {
    ReplicaSet set = call.set();
    Member member = call.member();
    reply
        .append(
            "hosts",
            new BsonArray(set.members().stream().map(m -> new BsonString(m.address())).toList()))
        .append("setName", new BsonString(set.name()))
        .append("setVersion", new BsonInt32(1))
        .append(writable, BsonBoolean.valueOf(member.isPrimary()))
        .append("secondary", BsonBoolean.valueOf(member.role() == Role.SECONDARY));
    // One that has just stepped down still takes itself for the primary here.
    Member primary = member.role() == Role.STEPPING_DOWN ? member : set.primary();
    if (primary != null) {
      reply.append("primary", new BsonString(primary.address()));
    }
    reply.append("me", new BsonString(member.address()));
    // So does one that is about to stop, of its last term as primary.
    if (primary == member || member.role() == Role.STOPPING) {
      reply.append("electionId", new BsonObjectId(set.electionId()));
    }
    reply.append("lastWrite", lastWrite(set, member));
    if (call.version().atLeast(5, 0)) {
      reply.append("isImplicitDefaultMajorityWC", BsonBoolean.TRUE);
    }
  }

  private static BsonDocument lastWrite(ReplicaSet set, Member member) {
    Journal journal = set.journal();
    long applied = member.applied();
    long majority = set.majorityAt(member);
    return new BsonDocument("opTime", OpTimes.at(journal, applied))
        .append("lastWriteDate", new BsonDateTime(journal.wallMillisAt(applied)))
        .append("majorityOpTime", OpTimes.at(journal, majority))
        .append("majorityWriteDate", new BsonDateTime(journal.wallMillisAt(majority)));
  }

  /** A hello that the fail point {@code waitInHello} holds until it is set to something else. */
  private record HeldHello(HelloCommand command, Invocation call) implements Outcome.Waiting {

    @Override
    public Outcome.WakeOn wakeOn() {
      return Outcome.WakeOn.FAIL_POINT;
    }

    @Override
    public long deadlineNanos() {
      return Long.MAX_VALUE;
    }

    @Override
    public @Nullable Outcome poll(long nowNanos) {
      return call.node().failPoints().armed(FailPoints.Name.WAIT_IN_HELLO) == null
          ? command.answer(call)
          : null;
    }
  }

  /** A hello that waits for news. */
  private record TopologyWait(Invocation call, long counter, long deadlineNanos)
      implements Outcome.Waiting {

    @Override
    public Outcome.WakeOn wakeOn() {
      return Outcome.WakeOn.TOPOLOGY;
    }

    @Override
    public @Nullable Outcome poll(long nowNanos) {
      return call.member().topologyCounter() != counter || nowNanos >= deadlineNanos
          ? new Outcome.Reply(reply(call))
          : null;
    }
  }
}
