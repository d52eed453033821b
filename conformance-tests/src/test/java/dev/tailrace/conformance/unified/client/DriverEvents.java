package dev.tailrace.conformance.unified.client;

import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.event.ClusterDescriptionChangedEvent;
import com.mongodb.event.ClusterListener;
import com.mongodb.event.CommandFailedEvent;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import com.mongodb.event.ConnectionCheckedInEvent;
import com.mongodb.event.ConnectionCheckedOutEvent;
import com.mongodb.event.ConnectionPoolListener;
import com.mongodb.event.ConnectionReadyEvent;
import dev.tailrace.conformance.support.EventLog;
import dev.tailrace.conformance.support.ObservedEvent;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** Tells an {@link EventLog} what the official driver does. */
public final class DriverEvents
    implements CommandListener, ConnectionPoolListener, ClusterListener {

  /** The types of event that are told. */
  public static final Set<String> TYPES =
      Set.of(
          "commandStartedEvent",
          "commandSucceededEvent",
          "commandFailedEvent",
          "connectionReadyEvent",
          "connectionCheckedOutEvent",
          "connectionCheckedInEvent",
          "topologyDescriptionChangedEvent");

  private final EventLog log;
  private final AtomicInteger checkedOut = new AtomicInteger();

  public DriverEvents(EventLog log) {
    this.log = log;
  }

  /** How many connections are in use. */
  public int connectionsCheckedOut() {
    return checkedOut.get();
  }

  @Override
  public void commandStarted(CommandStartedEvent event) {
    // Cloned: the original lies in a buffer that the driver takes back.
    log.started(event.getDatabaseName(), event.getCommandName(), event.getCommand().clone());
  }

  @Override
  public void commandSucceeded(CommandSucceededEvent event) {
    log.succeeded(event.getDatabaseName(), event.getCommandName(), event.getResponse().clone());
  }

  @Override
  public void commandFailed(CommandFailedEvent event) {
    log.failed(event.getDatabaseName(), event.getCommandName());
  }

  @Override
  public void connectionReady(ConnectionReadyEvent event) {
    log.add(new ObservedEvent("connectionReadyEvent", new BsonDocument()));
  }

  @Override
  public void connectionCheckedOut(ConnectionCheckedOutEvent event) {
    checkedOut.incrementAndGet();
    log.add(new ObservedEvent("connectionCheckedOutEvent", new BsonDocument()));
  }

  @Override
  public void connectionCheckedIn(ConnectionCheckedInEvent event) {
    checkedOut.decrementAndGet();
    log.add(new ObservedEvent("connectionCheckedInEvent", new BsonDocument()));
  }

  @Override
  public void clusterDescriptionChanged(ClusterDescriptionChangedEvent event) {
    log.add(
        new ObservedEvent(
            "topologyDescriptionChangedEvent",
            new BsonDocument("previousDescription", topology(event.getPreviousDescription()))
                .append("newDescription", topology(event.getNewDescription()))));
  }

  private static BsonDocument topology(ClusterDescription description) {
    return new BsonDocument("type", new BsonString(topologyType(description)));
  }

  /**
   * The topology's type as the server discovery specification names it. There, a direct connection
   * is "Single" as soon as it has its server, whatever that is.
   */
  private static String topologyType(ClusterDescription description) {
    if (description.getConnectionMode() == ClusterConnectionMode.SINGLE) {
      return description.getServerDescriptions().isEmpty() ? "Unknown" : "Single";
    }
    return switch (description.getType()) {
      case STANDALONE -> "Single";
      case REPLICA_SET ->
          description.hasWritableServer() ? "ReplicaSetWithPrimary" : "ReplicaSetNoPrimary";
      case SHARDED -> "Sharded";
      case LOAD_BALANCED -> "LoadBalanced";
      case UNKNOWN -> "Unknown";
    };
  }
}
