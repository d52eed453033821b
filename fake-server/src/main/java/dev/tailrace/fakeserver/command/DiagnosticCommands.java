package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.replset.Member;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Commands by which a server tells about itself and its host. */
final class DiagnosticCommands {

  private DiagnosticCommands() {}

  static Outcome ping(Invocation call) {
    return new Outcome.Reply(new BsonDocument());
  }

  static Outcome buildInfo(Invocation call) {
    ServerVersion version = call.version();
    List<BsonInt32> parts =
        List.of(
            new BsonInt32(version.major()),
            new BsonInt32(version.minor()),
            new BsonInt32(version.patch()),
            new BsonInt32(0));
    BsonDocument info = new BsonDocument("version", new BsonString(version.toString()));
    // The 4.4.1 that was recorded says nothing of its build; later releases are known to.
    boolean tellsOfBuild = version.atLeast(5, 0);
    if (tellsOfBuild) {
      info.append("gitVersion", new BsonString("0".repeat(40)));
    }
    info.append("modules", new BsonArray());
    if (tellsOfBuild) {
      info.append("allocator", new BsonString("system"));
    }
    info.append("javascriptEngine", new BsonString("none"));
    if (tellsOfBuild) {
      info.append("sysInfo", new BsonString("deprecated"));
    }
    info.append("versionArray", new BsonArray(parts));
    if (tellsOfBuild) {
      info.append("openssl", openssl()).append("buildEnvironment", buildEnvironment());
    }
    return new Outcome.Reply(
        info.append("bits", new BsonInt32(64))
            .append("debug", BsonBoolean.FALSE)
            .append("maxBsonObjectSize", new BsonInt32(16 * 1024 * 1024))
            .append(
                "storageEngines",
                new BsonArray(List.of(new BsonString("devnull"), new BsonString("wiredTiger")))));
  }

  /** What a build without TLS says. */
  private static BsonDocument openssl() {
    return new BsonDocument("running", new BsonString("disabled"))
        .append("compiled", new BsonString("disabled"));
  }

  /** The fake was not built for any host; what a server tells of its compilers is empty. */
  private static BsonDocument buildEnvironment() {
    BsonDocument environment = new BsonDocument();
    for (String field :
        List.of("distmod", "distarch", "cc", "ccflags", "cxx", "cxxflags", "linkflags")) {
      environment.append(field, new BsonString(""));
    }
    return environment
        .append("target_arch", new BsonString("x86_64"))
        .append("target_os", new BsonString("linux"));
  }

  static Outcome hostInfo(Invocation call) {
    return new Outcome.Reply(
        new BsonDocument(
                "system",
                new BsonDocument("currentTime", new BsonDateTime(call.wallMillis()))
                    .append("hostname", new BsonString(call.member().address()))
                    .append("cpuAddrSize", new BsonInt32(64))
                    .append("memSizeMB", new BsonInt64(1024))
                    .append("memLimitMB", new BsonInt64(1024))
                    .append("numCores", new BsonInt32(1))
                    .append("cpuArch", new BsonString("x86_64"))
                    .append("numaEnabled", BsonBoolean.FALSE))
            .append(
                "os",
                new BsonDocument("type", new BsonString("Linux"))
                    .append("name", new BsonString("Linux"))
                    .append("version", new BsonString("")))
            .append("extra", new BsonDocument()));
  }

  static Outcome serverStatus(Invocation call) {
    long upMillis = TimeUnit.NANOSECONDS.toMillis(call.nowNanos() - call.node().startedAtNanos());
    BsonDocument status =
        new BsonDocument("host", new BsonString(call.member().address()))
            .append("version", new BsonString(call.version().toString()))
            .append("process", new BsonString("mongod"))
            .append("pid", new BsonInt64(1L + call.member().index()))
            .append("uptime", new BsonDouble(TimeUnit.MILLISECONDS.toSeconds(upMillis)))
            .append("uptimeMillis", new BsonInt64(upMillis))
            .append("uptimeEstimate", new BsonInt64(upMillis / 1000))
            .append("localTime", new BsonDateTime(call.wallMillis()));
    if (!call.world().standalone()) {
      status.append("repl", repl(call));
    }
    status
        .append(
            "storageEngine",
            new BsonDocument("name", new BsonString("wiredTiger"))
                .append("supportsCommittedReads", BsonBoolean.TRUE)
                .append("persistent", BsonBoolean.TRUE)
                .append("readOnly", BsonBoolean.FALSE))
        .append("metrics", metrics(call));
    return new Outcome.Reply(status);
  }

  private static BsonDocument metrics(Invocation call) {
    BsonDocument metrics = new BsonDocument();
    if (call.version().atLeast(6, 0, 9)) { // As the stage that splits.
      metrics.append("changeStreams", call.node().streamMetrics().toDocument());
    }
    return metrics.append("cursor", cursorMetrics(call));
  }

  private static BsonDocument cursorMetrics(Invocation call) {
    int open = call.node().cursors().all().size();
    return new BsonDocument("open", new BsonDocument("total", new BsonInt64(open)));
  }

  private static BsonDocument repl(Invocation call) {
    Member member = call.member();
    BsonDocument repl =
        new BsonDocument("setName", new BsonString(call.set().name()))
            .append("setVersion", new BsonInt32(1))
            .append("ismaster", BsonBoolean.valueOf(member.isPrimary()))
            .append("secondary", BsonBoolean.valueOf(member.role() == Member.Role.SECONDARY));
    Member primary = call.set().primary();
    if (primary != null) {
      repl.append("primary", new BsonString(primary.address()));
    }
    return repl.append("me", new BsonString(member.address()));
  }

  static Outcome connectionStatus(Invocation call) {
    BsonArray users = new BsonArray();
    BsonArray roles = new BsonArray();
    ClientConnection.User user = call.connection().user();
    if (user != null) {
      BsonString db = new BsonString(user.db());
      users.add(new BsonDocument("user", new BsonString(user.name())).append("db", db));
      roles.add(new BsonDocument("role", new BsonString("root")).append("db", db));
    }
    BsonDocument authInfo =
        new BsonDocument("authenticatedUsers", users).append("authenticatedUserRoles", roles);
    if (Flags.isTrue(call.request().body(), "showPrivileges")) {
      authInfo.append("authenticatedUserPrivileges", new BsonArray());
    }
    return new Outcome.Reply(new BsonDocument("authInfo", authInfo));
  }

  static Outcome whatsMyUri(Invocation call) {
    return new Outcome.Reply(new BsonDocument("you", new BsonString(call.connection().remote())));
  }

  /** What an authentication that no release here knows any more began with. */
  static Outcome getNonce(Invocation call) {
    String nonce = "%016x".formatted(call.world().ids().below(Long.MAX_VALUE));
    return new Outcome.Reply(new BsonDocument("nonce", new BsonString(nonce)));
  }

  static Outcome getCmdLineOpts(Invocation call) {
    return new Outcome.Reply(
        new BsonDocument("argv", new BsonArray(List.of(new BsonString("mongod"))))
            .append("parsed", new BsonDocument()));
  }

  static Outcome getLog(Invocation call) {
    BsonValue name = call.request().subject();
    if (!(name instanceof BsonString text)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH, "Argument to getLog must be of type String; found " + name);
    }
    return switch (text.getValue()) {
      case "*" ->
          new Outcome.Reply(
              new BsonDocument(
                  "names",
                  new BsonArray(
                      List.of(new BsonString("global"), new BsonString("startupWarnings")))));
      case "global", "startupWarnings" ->
          new Outcome.Reply(
              new BsonDocument("totalLinesWritten", new BsonInt32(0))
                  .append("log", new BsonArray()));
      default ->
          throw new CommandFailure(
              ErrorCode.OPERATION_FAILED, "No log named '" + text.getValue() + "'");
    };
  }
}
