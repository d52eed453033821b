package dev.tailrace.fakeserver.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** What collections hold, by what a change stream says of them. */
final class ReplayedCollections {

  private static final BsonDocument UNKNOWN = new BsonDocument();

  private final Map<String, Map<BsonValue, BsonDocument>> collections = new LinkedHashMap<>();

  /** Fails unless a collection holds what the events said of it. */
  void requireEqual(String namespace, List<BsonDocument> found, String what) {
    Map<BsonValue, BsonDocument> expected =
        new LinkedHashMap<>(collections.getOrDefault(namespace, Map.of()));
    for (BsonDocument document : found) {
      expected.computeIfPresent(
          id(document), (id, known) -> known.equals(UNKNOWN) ? document : known);
    }
    assertThat(found)
        .as("%s: what %s holds", what, namespace)
        .containsExactlyInAnyOrderElementsOf(expected.values());
  }

  void accept(BsonDocument event) {
    switch (event.getString("operationType").getValue()) {
      case "insert", "replace" -> put(event, event.getDocument("fullDocument"));
      case "update" ->
          // What was deleted, or whose collection was renamed, has no document to look up.
          put(event, event.get("fullDocument") instanceof BsonDocument now ? now : UNKNOWN);
      case "delete" -> documents(event, "ns").remove(key(event));
      case "drop" -> collections.remove(namespace(event, "ns"));
      case "rename" -> {
        Map<BsonValue, BsonDocument> moved = collections.remove(namespace(event, "ns"));
        collections.put(namespace(event, "to"), moved == null ? new LinkedHashMap<>() : moved);
      }
      case "dropDatabase" -> {
        String prefix = event.getDocument("ns").getString("db").getValue() + ".";
        collections.keySet().removeIf(name -> name.startsWith(prefix));
      }
      default -> {} // What says nothing of documents.
    }
  }

  private void put(BsonDocument event, BsonDocument document) {
    documents(event, "ns").put(key(event), document);
  }

  private Map<BsonValue, BsonDocument> documents(BsonDocument event, String field) {
    return collections.computeIfAbsent(namespace(event, field), unused -> new LinkedHashMap<>());
  }

  private static BsonValue key(BsonDocument event) {
    return id(event.getDocument("documentKey"));
  }

  private static BsonValue id(BsonDocument document) {
    BsonValue id = document.get("_id");
    if (id == null) {
      throw new AssertionError("no _id in " + document);
    }
    return id;
  }

  private static String namespace(BsonDocument event, String field) {
    BsonDocument namespace = event.getDocument(field);
    return namespace.getString("db").getValue() + "." + namespace.getString("coll").getValue();
  }
}
