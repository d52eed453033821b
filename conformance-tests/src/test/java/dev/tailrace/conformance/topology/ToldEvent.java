package dev.tailrace.conformance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.conformance.unified.match.Matcher;
import dev.tailrace.conformance.unified.match.NoEntities;
import dev.tailrace.wire.event.ConnectionPoolEvent;
import dev.tailrace.wire.event.TopologyEvent;
import dev.tailrace.wire.event.TopologyEvent.ServerDescriptionChanged;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatFailed;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatStarted;
import dev.tailrace.wire.event.TopologyEvent.ServerHeartbeatSucceeded;
import dev.tailrace.wire.event.TopologyEvent.TopologyDescriptionChanged;
import java.util.Locale;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * What a transport told of a pool or of its deployment.
 *
 * @param type the events that it is one of, as the unified test format has it
 * @param name its name as the unified test format has it
 * @param fields those of it that tests look at
 */
record ToldEvent(String type, String name, BsonDocument fields) {

  private static final Matcher MATCHER = new Matcher(new NoEntities());

  static ToldEvent of(ConnectionPoolEvent event) {
    String name = event.getClass().getSimpleName();
    boolean isOfCheckOut = name.startsWith("Check");
    return new ToldEvent(
        "cmap", testName(isOfCheckOut ? "Connection" + name : name), new BsonDocument());
  }

  static ToldEvent of(TopologyEvent event) {
    BsonDocument fields = new BsonDocument();
    if (event instanceof TopologyDescriptionChanged changed) {
      describe(fields, changed.previous().type().specName(), changed.current().type().specName());
    } else if (event instanceof ServerDescriptionChanged changed) {
      describe(fields, changed.previous().type().specName(), changed.current().type().specName());
    } else if (event instanceof ServerHeartbeatStarted started) {
      fields.append("awaited", BsonBoolean.valueOf(started.check().awaited()));
    } else if (event instanceof ServerHeartbeatSucceeded succeeded) {
      fields.append("awaited", BsonBoolean.valueOf(succeeded.check().awaited()));
    } else if (event instanceof ServerHeartbeatFailed failed) {
      fields.append("awaited", BsonBoolean.valueOf(failed.check().awaited()));
    }
    return new ToldEvent("sdam", testName(event.getClass().getSimpleName()), fields);
  }

  private static String testName(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1) + "Event";
  }

  private static void describe(BsonDocument fields, String previousType, String newType) {
    fields
        .append("previousDescription", new BsonDocument("type", new BsonString(previousType)))
        .append("newDescription", new BsonDocument("type", new BsonString(newType)));
  }

  /** Asserts that it is as expected: a document of its name and its fields. */
  void match(String path, BsonDocument expected) {
    assertThat(name).as(path).isEqualTo(expected.getFirstKey());
    expected
        .getDocument(name)
        .forEach(
            (field, value) -> MATCHER.matchRoot(path + ", " + field, value, fields.get(field)));
  }

  /** Whether it is as expected. */
  boolean matches(BsonDocument expected) {
    try {
      match(name, expected);
      return true;
    } catch (AssertionError different) {
      return false;
    }
  }
}
