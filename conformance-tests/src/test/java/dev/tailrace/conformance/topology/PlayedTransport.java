package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.support.Eventually;
import dev.tailrace.engine.transport.Outcome;
import dev.tailrace.engine.transport.ReadPreference;
import dev.tailrace.engine.transport.Request;
import dev.tailrace.engine.transport.Target;
import dev.tailrace.wire.event.CommandEvent;
import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.LogMessage;
import dev.tailrace.wire.event.SelectionEvent;
import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.WireListener;
import dev.tailrace.wire.tcp.TcpTransport;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.jspecify.annotations.Nullable;

/** A transport with what it tells and has to log, and one session for transactions. */
final class PlayedTransport implements AutoCloseable {

  static final Target PRIMARY = new Target.AnyEligible(ReadPreference.PRIMARY);
  private static final int PATIENCE_SECONDS = 20;

  /** What the test format has runners say, so that documents can be read again. */
  private static final int MAX_DOCUMENT_LENGTH = 10_000;

  private final Queue<Logged> logged = new ConcurrentLinkedQueue<>();
  private final Queue<CommandEvent> commands = new ConcurrentLinkedQueue<>();
  private final Queue<ToldEvent> told = new ConcurrentLinkedQueue<>();
  private final Map<String, Level> components;
  private final TcpTransport transport;
  private @Nullable BsonDocument transactionSession;
  private long transactionNumber;
  private boolean inTransaction;

  /**
   * @param components of which messages are kept, and from which level on
   */
  PlayedTransport(String uri, Map<String, Level> components) {
    this.components = components;
    this.transport = TcpTransport.builder(uri).listener(new Recorder()).connect();
  }

  /**
   * A message.
   *
   * @param component the part of the client that it is about
   */
  record Logged(String component, LogMessage message) {}

  private final class Recorder implements WireListener {

    @Override
    public void command(CommandEvent event) {
      keep("command", LogMessage.of(event, MAX_DOCUMENT_LENGTH));
      commands.add(event);
    }

    @Override
    public void pool(ConnectionPoolEvent event) {
      keep("connection", LogMessage.of(event));
      told.add(ToldEvent.of(event));
    }

    @Override
    public void selection(SelectionEvent event) {
      keep("serverSelection", LogMessage.of(event));
    }

    @Override
    public void topology(TopologyEvent event) {
      LogMessage.of(event, MAX_DOCUMENT_LENGTH).ifPresent(message -> keep("topology", message));
      told.add(ToldEvent.of(event));
    }

    private void keep(String component, LogMessage message) {
      Level from = components.getOrDefault(component, Level.OFF);
      if (message.level().getSeverity() >= from.getSeverity()) {
        logged.add(new Logged(component, message));
      }
    }
  }

  /** What was logged so far. */
  List<Logged> logged() {
    return List.copyOf(logged);
  }

  /** What was told of commands so far. */
  List<CommandEvent> commands() {
    return List.copyOf(commands);
  }

  /** What was told of pools and of the deployment so far. */
  List<ToldEvent> told() {
    return List.copyOf(told);
  }

  /** How often there was such an event, of a pool or of the deployment. */
  long count(BsonDocument expected) {
    return told.stream().filter(event -> event.matches(expected)).count();
  }

  Outcome send(String database, BsonDocument command) throws InterruptedException {
    return send(PRIMARY, database, command);
  }

  Outcome send(Target target, String database, BsonDocument command) throws InterruptedException {
    BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    transport.send(new Request(target, database, command), outcomes::add);
    @Nullable Outcome outcome = outcomes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(outcome).as("an outcome of %s", command).isNotNull();
    return outcome;
  }

  /** Sends it in a session that is over then, as drivers do by themselves. */
  Outcome sendInSession(String database, BsonDocument command) throws InterruptedException {
    BsonDocument lsid = transport.startSession();
    try {
      return send(database, command.append("lsid", lsid));
    } finally {
      transport.endSession(lsid);
    }
  }

  /** The next command in a transaction is its first one. */
  void startTransaction() {
    transactionSession = transport.startSession();
    transactionNumber++;
    inTransaction = false;
  }

  Outcome sendInTransaction(String database, BsonDocument command) throws InterruptedException {
    command
        .append("lsid", transactionSession)
        .append("txnNumber", new BsonInt64(transactionNumber))
        .append("autocommit", BsonBoolean.FALSE);
    if (!inTransaction) {
      command.append("startTransaction", BsonBoolean.TRUE);
      inTransaction = true;
    }
    return send(database, command);
  }

  /** Waits for the last events: another thread may tell them just after the transport is closed. */
  @Override
  public void close() {
    transport.close();
    Eventually.await(
        "the end of the deployment and of its pools",
        () ->
            count("topologyClosedEvent") == 1
                && count("poolClosedEvent") == count("poolCreatedEvent"));
  }

  private long count(String name) {
    return told.stream().filter(event -> event.name().equals(name)).count();
  }
}
