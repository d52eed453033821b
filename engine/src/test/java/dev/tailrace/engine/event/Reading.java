package dev.tailrace.engine.event;

import dev.tailrace.engine.ResumeToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * All that can be read of an event, by the specification's names: once through {@link ChangeEvent},
 * and once as anybody would who has it decoded.
 */
final class Reading {

  private Reading() {}

  static Map<String, Object> of(ChangeEvent event) {
    Map<String, Object> read = new LinkedHashMap<>();
    read.put("_id", event.resumeToken());
    read.put("operationType", event.operationType().name());
    put(read, "clusterTime", event.clusterTime());
    put(read, "wallTime", event.wallTime());
    put(read, "ns", event.namespace().map(Namespace::toString));
    put(read, "to", event.to().map(Namespace::toString));
    put(read, "documentKey", event.documentKey());
    put(read, "fullDocument", event.fullDocument());
    put(read, "fullDocumentBeforeChange", event.fullDocumentBeforeChange());
    put(read, "updateDescription", event.updateDescription().map(Reading::described));
    event.txnNumber().ifPresent(number -> read.put("txnNumber", number));
    put(read, "lsid", event.lsid());
    put(read, "splitEvent", event.splitEvent().map(part -> part.fragment() + " of " + part.of()));
    put(read, "nsType", event.nsType());
    put(read, "collectionUUID", event.collectionUUID());
    put(read, "operationDescription", event.operationDescription());
    return read;
  }

  static Map<String, Object> of(BsonDocument event) {
    Map<String, Object> read = new LinkedHashMap<>();
    read.put("_id", ResumeToken.of(event.getDocument("_id")));
    read.put("operationType", event.getString("operationType").getValue());
    put(read, event, "clusterTime", BsonValue::asTimestamp);
    put(read, event, "wallTime", value -> Instant.ofEpochMilli(value.asDateTime().getValue()));
    put(read, event, "ns", Reading::named);
    put(read, event, "to", Reading::named);
    put(read, event, "documentKey", BsonValue::asDocument);
    put(read, event, "fullDocument", BsonValue::asDocument);
    put(read, event, "fullDocumentBeforeChange", BsonValue::asDocument);
    put(read, event, "updateDescription", value -> described(value.asDocument()));
    put(read, event, "txnNumber", value -> value.asInt64().getValue());
    put(read, event, "lsid", BsonValue::asDocument);
    put(
        read,
        event,
        "splitEvent",
        value ->
            value.asDocument().getInt32("fragment").getValue()
                + " of "
                + value.asDocument().getInt32("of").getValue());
    put(read, event, "nsType", value -> value.asString().getValue());
    put(read, event, "collectionUUID", value -> value.asBinary().asUuid());
    put(read, event, "operationDescription", BsonValue::asDocument);
    return read;
  }

  private static List<Object> described(UpdateDescription description) {
    List<Object> read = new ArrayList<>();
    read.add(description.updatedFields());
    read.add(description.removedFields());
    description.truncatedArrays().forEach(each -> read.add(each.field() + ": " + each.newSize()));
    description.disambiguatedPaths().ifPresent(read::add);
    return read;
  }

  private static List<Object> described(BsonDocument description) {
    List<Object> read = new ArrayList<>();
    read.add(description.getDocument("updatedFields"));
    read.add(
        description.getArray("removedFields").stream()
            .map(each -> each.asString().getValue())
            .toList());
    if (description.containsKey("truncatedArrays")) {
      for (BsonValue each : description.getArray("truncatedArrays")) {
        BsonDocument array = each.asDocument();
        read.add(array.getString("field").getValue() + ": " + array.getInt32("newSize").getValue());
      }
    }
    if (description.containsKey("disambiguatedPaths")) {
      read.add(description.getDocument("disambiguatedPaths"));
    }
    return read;
  }

  private static String named(BsonValue namespace) {
    String database = namespace.asDocument().getString("db").getValue();
    BsonString none = new BsonString("");
    String collection = namespace.asDocument().getString("coll", none).getValue();
    return collection.isEmpty() ? database : database + "." + collection;
  }

  private static void put(Map<String, Object> read, String name, Optional<?> value) {
    value.ifPresent(present -> read.put(name, present));
  }

  private static void put(
      Map<String, Object> read,
      BsonDocument event,
      String name,
      Function<BsonValue, Object> meaning) {
    BsonValue value = event.get(name, BsonNull.VALUE);
    if (!value.isNull()) {
      read.put(name, meaning.apply(value));
    }
  }
}
