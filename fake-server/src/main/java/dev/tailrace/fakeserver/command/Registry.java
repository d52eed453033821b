package dev.tailrace.fakeserver.command;

import static dev.tailrace.fakeserver.command.Definition.Trait.ADMIN_ONLY;
import static dev.tailrace.fakeserver.command.Definition.Trait.FOR_ANYBODY;
import static dev.tailrace.fakeserver.command.Definition.Trait.PRIMARY_ONLY;
import static dev.tailrace.fakeserver.command.Definition.Trait.READ_CONCERN;
import static dev.tailrace.fakeserver.command.Definition.Trait.RETRYABLE_WRITE;
import static dev.tailrace.fakeserver.command.Definition.Trait.SECONDARY_IF_ASKED;
import static dev.tailrace.fakeserver.command.Definition.Trait.WRITE_CONCERN;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.ServerVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every command there is. */
final class Registry {

  private static final ImmutableMap<String, Definition> COMMANDS =
      new Registration()
          .add("hello", new HelloCommand(), FOR_ANYBODY)
          .add("isMaster", new HelloCommand(), FOR_ANYBODY)
          .alias("ismaster", "isMaster")
          .add("ping", DiagnosticCommands::ping, FOR_ANYBODY)
          .add("buildInfo", DiagnosticCommands::buildInfo, FOR_ANYBODY)
          .alias("buildinfo", "buildInfo")
          .add("hostInfo", DiagnosticCommands::hostInfo)
          .add("serverStatus", DiagnosticCommands::serverStatus)
          .add("connectionStatus", DiagnosticCommands::connectionStatus, FOR_ANYBODY)
          .add("whatsmyuri", DiagnosticCommands::whatsMyUri, FOR_ANYBODY)
          .add("getnonce", DiagnosticCommands::getNonce, FOR_ANYBODY)
          .add("saslStart", SaslCommands::start, FOR_ANYBODY)
          .add("saslContinue", SaslCommands::goOn, FOR_ANYBODY)
          .add("authenticate", X509Command::authenticate, FOR_ANYBODY)
          .add("logout", SaslCommands::logout, FOR_ANYBODY)
          .add("getCmdLineOpts", DiagnosticCommands::getCmdLineOpts, ADMIN_ONLY)
          .add("getLog", DiagnosticCommands::getLog, ADMIN_ONLY)
          .add("getParameter", ParameterCommands::getParameter, ADMIN_ONLY)
          .add("setParameter", ParameterCommands::setParameter, ADMIN_ONLY)
          .add(
              "setFeatureCompatibilityVersion",
              ParameterCommands::setFeatureCompatibilityVersion,
              ADMIN_ONLY,
              PRIMARY_ONLY)
          .add("currentOp", OperationCommands::currentOp, ADMIN_ONLY)
          .add("killOp", OperationCommands::killOp, ADMIN_ONLY)
          .add("getClusterParameter", ClusterParameterCommands::getClusterParameter, ADMIN_ONLY)
          .add(
              "setClusterParameter",
              ClusterParameterCommands::setClusterParameter,
              ADMIN_ONLY,
              PRIMARY_ONLY)
          .add("startSession", SessionCommands::startSession)
          .add("refreshSessions", SessionCommands::refreshSessions)
          .add("endSessions", SessionCommands::endSessions)
          .add("killSessions", SessionCommands::killSessions)
          .add("killAllSessions", KillSessionsCommands::ofUsers)
          .add("killAllSessionsByPattern", KillSessionsCommands::byPattern)
          .add("configureFailPoint", FailPointCommand::configure, ADMIN_ONLY)
          .add("waitForFailPoint", FailPointCommand::waitFor, ADMIN_ONLY)
          .add("insert", WriteCommands::insert, PRIMARY_ONLY, WRITE_CONCERN, RETRYABLE_WRITE)
          .add("update", WriteCommands::update, PRIMARY_ONLY, WRITE_CONCERN, RETRYABLE_WRITE)
          .add("delete", WriteCommands::delete, PRIMARY_ONLY, WRITE_CONCERN, RETRYABLE_WRITE)
          .add(
              "findAndModify",
              new FindAndModifyCommand(),
              PRIMARY_ONLY,
              WRITE_CONCERN,
              RETRYABLE_WRITE)
          .alias("findandmodify", "findAndModify")
          .add(
              "bulkWrite",
              new BulkWriteCommand(),
              ADMIN_ONLY,
              PRIMARY_ONLY,
              WRITE_CONCERN,
              RETRYABLE_WRITE)
          .add(
              "commitTransaction",
              TransactionCommands::commit,
              ADMIN_ONLY,
              PRIMARY_ONLY,
              WRITE_CONCERN)
          .add(
              "abortTransaction",
              TransactionCommands::abort,
              ADMIN_ONLY,
              PRIMARY_ONLY,
              WRITE_CONCERN)
          .add("find", new FindCommand(), SECONDARY_IF_ASKED, READ_CONCERN)
          .add("count", CountAndDistinct::count, SECONDARY_IF_ASKED, READ_CONCERN)
          .add("distinct", CountAndDistinct::distinct, SECONDARY_IF_ASKED, READ_CONCERN)
          .add("aggregate", new AggregateCommand(), SECONDARY_IF_ASKED, READ_CONCERN)
          .add("explain", new ExplainCommand(), SECONDARY_IF_ASKED)
          .add("getMore", new GetMoreCommand())
          .add("killCursors", new KillCursorsCommand())
          .add("create", new CreateCommand(), PRIMARY_ONLY, WRITE_CONCERN)
          .add("drop", DropCommands::drop, PRIMARY_ONLY, WRITE_CONCERN)
          .add("dropDatabase", DropCommands::dropDatabase, PRIMARY_ONLY, WRITE_CONCERN)
          .add("renameCollection", new RenameCommand(), ADMIN_ONLY, PRIMARY_ONLY, WRITE_CONCERN)
          .add("collMod", new CollModCommand(), PRIMARY_ONLY, WRITE_CONCERN)
          .add("convertToCapped", new ConvertToCappedCommand(), PRIMARY_ONLY, WRITE_CONCERN)
          .add("createIndexes", IndexCommands::createIndexes, PRIMARY_ONLY, WRITE_CONCERN)
          .add("listIndexes", IndexCommands::listIndexes, SECONDARY_IF_ASKED)
          .add("dropIndexes", IndexCommands::dropIndexes, PRIMARY_ONLY, WRITE_CONCERN)
          .alias("deleteIndexes", "dropIndexes")
          .add("reIndex", IndexCommands::reIndex, PRIMARY_ONLY)
          .add("listCollections", ListCommands::listCollections, SECONDARY_IF_ASKED)
          .add("listDatabases", ListCommands::listDatabases, ADMIN_ONLY, SECONDARY_IF_ASKED)
          .add("replSetGetStatus", ReplicationCommands::replSetGetStatus, ADMIN_ONLY)
          .add("replSetGetConfig", ReplicationCommands::replSetGetConfig, ADMIN_ONLY)
          .add("replSetStepDown", ReplicationCommands::replSetStepDown, ADMIN_ONLY)
          .add("replSetFreeze", ReplicationCommands::replSetFreeze, ADMIN_ONLY)
          .add("shutdown", ReplicationCommands::shutdown, ADMIN_ONLY)
          .commands();

  private final ServerVersion version;

  Registry(ServerVersion version) {
    this.version = version;
  }

  /** The names of all commands, of whatever release. */
  static ImmutableSet<String> names() {
    return COMMANDS.keySet();
  }

  /** The command of that name, or null if the release has none. */
  @Nullable Definition find(String name) {
    boolean isTooNew =
        (name.equals("hello") && !version.atLeast(4, 4, 2))
            || (name.equals("bulkWrite") && !version.atLeast(8, 0))
            || (name.endsWith("ClusterParameter") && !version.atLeast(6, 0));
    boolean isGone = name.equals("getnonce") && version.atLeast(6, 2);
    return isTooNew || isGone ? null : COMMANDS.get(name);
  }

  private static final class Registration {

    private final Map<String, Definition> definitions = new LinkedHashMap<>();

    Registration add(String name, Command command, Definition.Trait... traits) {
      definitions.put(name, Definition.of(name, command, traits));
      return this;
    }

    Registration alias(String alias, String name) {
      Definition definition = definitions.get(name);
      if (definition == null) {
        throw new IllegalArgumentException("alias of an unknown command: " + name);
      }
      definitions.put(alias, definition);
      return this;
    }

    ImmutableMap<String, Definition> commands() {
      return ImmutableMap.copyOf(definitions);
    }
  }
}
