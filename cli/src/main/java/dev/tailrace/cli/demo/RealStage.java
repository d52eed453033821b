package dev.tailrace.cli.demo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Somebody's replica set. Trouble is made by fail points, where the server allows them (mongod's
 * parameter {@code enableTestCommands}), and hits nobody but the watcher.
 */
final class RealStage implements Stage {

  private static final String WATCHER = "tailrace-demo-watcher";
  private static final int INTERRUPTED_AT_SHUTDOWN = 11600;
  private static final int CURSOR_NOT_FOUND = 43;

  private final String uri;
  private final MongoClient client;
  private final boolean failPointsAllowed;

  /**
   * Connects; blocks until a server that can be written to has answered, or none was found.
   *
   * @throws IllegalArgumentException if the driver cannot make sense of the address, or a file that
   *     it names cannot be used
   * @throws MongoException if nobody answers there
   */
  RealStage(String uri) {
    this.uri = uri;
    this.client = MongoClients.create(DriverSettings.of(uri));
    ping();
    this.failPointsAllowed = tryFailPoint(new BsonString("off"), new BsonDocument());
  }

  @Override
  public String description() {
    return failPointsAllowed
        ? "the deployment at --uri, with fail points"
        : "the deployment at --uri, which allows no fail points: nothing will go wrong";
  }

  @Override
  public String connectionString() {
    return uri;
  }

  @Override
  public String watcherConnectionString() {
    String separator =
        uri.contains("?") ? "&" : uri.indexOf('/', uri.indexOf("//") + 2) < 0 ? "/?" : "?";
    return uri + separator + "appName=" + WATCHER;
  }

  @Override
  public List<Trouble> troubles() {
    return failPointsAllowed
        ? List.of(
            new Trouble(
                "connection closed",
                () -> once(new BsonDocument("closeConnection", BsonBoolean.TRUE))),
            new Trouble(
                "labelled error",
                () ->
                    once(
                        new BsonDocument("errorCode", new BsonInt32(INTERRUPTED_AT_SHUTDOWN))
                            .append(
                                "errorLabels",
                                new BsonArray(
                                    List.of(new BsonString("ResumableChangeStreamError")))))),
            new Trouble(
                "cursor not found",
                () -> once(new BsonDocument("errorCode", new BsonInt32(CURSOR_NOT_FOUND)))))
        : List.of();
  }

  @Override
  public List<String> observed() {
    return List.of();
  }

  @Override
  public List<String> missed() {
    return List.of();
  }

  @Override
  public void close() {
    if (failPointsAllowed) {
      tryFailPoint(new BsonString("off"), new BsonDocument());
    }
    client.close();
  }

  private void ping() {
    try {
      client.getDatabase("admin").runCommand(new BsonDocument("ping", new BsonInt32(1)));
    } catch (MongoException nobody) {
      client.close();
      throw new MongoException(
          "cannot reach the deployment at --uri: " + nobody.getMessage(), nobody);
    }
  }

  private void once(BsonDocument data) {
    data.append("failCommands", new BsonArray(List.of(new BsonString("getMore"))))
        .append("appName", new BsonString(WATCHER));
    tryFailPoint(new BsonDocument("times", new BsonInt32(1)), data);
  }

  private boolean tryFailPoint(BsonValue mode, BsonDocument data) {
    try {
      client
          .getDatabase("admin")
          .runCommand(
              new BsonDocument("configureFailPoint", new BsonString("failCommand"))
                  .append("mode", mode)
                  .append("data", data));
      return true;
    } catch (MongoException notAllowed) {
      return false;
    }
  }
}
