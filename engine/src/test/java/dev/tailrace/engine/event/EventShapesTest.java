package dev.tailrace.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Events in the layouts of all server releases: which fields each has, and that each is read as
 * somebody would who has the event decoded.
 */
class EventShapesTest {

  /** What is the same in all events, by the names that the tables use. */
  private static final Map<String, String> SHORT =
      Map.ofEntries(
          Map.entry("ID", "_id: {_data: \"826553F100000000012B0229296E04\"}"),
          Map.entry("TIME", "clusterTime: {$timestamp: {t: 1700000000, i: 1}}"),
          Map.entry("WALL", "wallTime: {$date: {$numberLong: \"1700000000123\"}}"),
          Map.entry("NS", "ns: {db: \"d\", coll: \"c\"}"),
          Map.entry("KEY", "documentKey: {_id: {$numberInt: \"1\"}}"),
          Map.entry("DOC", "{_id: {$numberInt: \"1\"}, a: {$numberInt: \"2\"}}"),
          Map.entry(
              "TXN",
              "txnNumber: {$numberLong: \"3\"}, lsid: {id: {$uuid:"
                  + " \"00112233-4455-6677-8899-aabbccddeeff\"},"
                  + " uid: {$binary: {base64: \"47DEQpj8\", subType: \"00\"}}}"),
          Map.entry("UUID", "collectionUUID: {$uuid: \"f2a8b9c0-d1e2-4f3b-a1c2-d3e4f5061728\"}"),
          Map.entry("CHANGES", "updatedFields: {a: {$numberInt: \"2\"}}, removedFields: [\"b\"]"));

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          4.4 insert             | ID, operationType: "insert", TIME, fullDocument: DOC, NS, KEY                     | fullDocument ns documentKey
          6.0 insert             | ID, operationType: "insert", TIME, WALL, fullDocument: DOC, NS, KEY               | wallTime fullDocument ns documentKey
          4.4 update             | ID, operationType: "update", TIME, NS, KEY, updateDescription: {CHANGES}          | ns documentKey updateDescription
          4.4 update, looked up  | ID, operationType: "update", TIME, fullDocument: DOC, NS, KEY, updateDescription: {CHANGES} | fullDocument ns documentKey updateDescription
          looked up, but gone    | ID, operationType: "update", TIME, fullDocument: null, NS, KEY, updateDescription: {CHANGES} | ns documentKey updateDescription
          4.4 with its pre-image | ID, operationType: "update", TIME, fullDocumentBeforeChange: DOC, NS, KEY, updateDescription: {CHANGES} | fullDocumentBeforeChange ns documentKey updateDescription
          5.0 update             | ID, operationType: "update", TIME, NS, KEY, updateDescription: {CHANGES, truncatedArrays: [{field: "x.y", newSize: {$numberInt: "2"}}]} | ns documentKey updateDescription
          6.1 update, expanded   | ID, operationType: "update", TIME, UUID, WALL, NS, KEY, updateDescription: {CHANGES, truncatedArrays: [], disambiguatedPaths: {"a.0.1": ["a", {$numberInt: "0"}, "1"]}} | collectionUUID wallTime ns documentKey updateDescription
          6.0 raw description    | ID, operationType: "update", TIME, WALL, NS, KEY, rawUpdateDescription: {$v: 2}   | wallTime ns documentKey
          6.0 with both images   | ID, operationType: "update", TIME, WALL, fullDocument: DOC, NS, KEY, updateDescription: {CHANGES}, fullDocumentBeforeChange: DOC | wallTime fullDocument ns documentKey updateDescription fullDocumentBeforeChange
          newest, images at end  | ID, operationType: "update", TIME, WALL, NS, KEY, updateDescription: {CHANGES}, fullDocumentBeforeChange: DOC, fullDocument: DOC | wallTime fullDocument ns documentKey updateDescription fullDocumentBeforeChange
          6.0 images not known   | ID, operationType: "update", TIME, WALL, fullDocument: null, NS, KEY, updateDescription: {CHANGES}, fullDocumentBeforeChange: null | wallTime ns documentKey updateDescription
          replace                | ID, operationType: "replace", TIME, WALL, fullDocument: DOC, NS, KEY              | wallTime fullDocument ns documentKey
          delete                 | ID, operationType: "delete", TIME, WALL, NS, KEY                                  | wallTime ns documentKey
          delete, sharded        | ID, operationType: "delete", TIME, WALL, NS, documentKey: {z: "k", _id: 1}        | wallTime ns documentKey
          drop                   | ID, operationType: "drop", TIME, NS                                               | ns
          4.4 rename             | to: {db: "d", coll: "e"}, ID, operationType: "rename", TIME, NS                   | to ns
          6.0 rename, expanded   | to: {db: "d", coll: "e"}, ID, operationType: "rename", TIME, UUID, WALL, NS, operationDescription: {to: {db: "d", coll: "e"}} | to collectionUUID wallTime ns operationDescription
          dropDatabase           | ID, operationType: "dropDatabase", TIME, WALL, ns: {db: "d"}                      | wallTime ns
          4.4 invalidate         | ID, operationType: "invalidate", TIME                                             |
          6.0 invalidate         | ID, operationType: "invalidate", TIME, WALL                                       | wallTime
          in a transaction       | TXN, ID, operationType: "insert", TIME, fullDocument: DOC, NS, KEY                | txnNumber lsid fullDocument ns documentKey
          6.0 create             | ID, operationType: "create", TIME, UUID, WALL, NS, operationDescription: {idIndex: {v: 2}} | collectionUUID wallTime ns operationDescription
          8.1 create             | ID, operationType: "create", TIME, UUID, WALL, NS, operationDescription: {idIndex: {v: 2}}, nsType: "collection" | collectionUUID wallTime ns operationDescription nsType
          8.1 create of a view   | ID, operationType: "create", TIME, WALL, NS, operationDescription: {viewOn: "c"}, nsType: "view" | wallTime ns operationDescription nsType
          createIndexes          | ID, operationType: "createIndexes", TIME, UUID, WALL, NS, operationDescription: {indexes: []} | collectionUUID wallTime ns operationDescription
          dropIndexes            | ID, operationType: "dropIndexes", TIME, UUID, WALL, NS, operationDescription: {indexes: []} | collectionUUID wallTime ns operationDescription
          modify                 | ID, operationType: "modify", TIME, UUID, WALL, NS, operationDescription: {validator: {}}, stateBeforeChange: {collectionOptions: {}} | collectionUUID wallTime ns operationDescription
          shardCollection        | ID, operationType: "shardCollection", TIME, UUID, WALL, NS, operationDescription: {shardKey: {z: 1}} | collectionUUID wallTime ns operationDescription
          7.1 endOfTransaction   | TXN, ID, operationType: "endOfTransaction", TIME, WALL, operationDescription: {TXN} | txnNumber lsid wallTime operationDescription
          first fragment         | ID, splitEvent: {fragment: {$numberInt: "1"}, of: {$numberInt: "3"}}, NS, KEY, TIME, WALL, operationType: "update", updateDescription: {CHANGES} | splitEvent ns documentKey wallTime updateDescription
          of a later release     | ID, operationType: "fold", TIME, commitTimestamp: TIME_VALUE, WALL, NS, folds: 3  | wallTime ns
          """)
  void eachShapeIsReadAsItIs(String what, String layout, @Nullable String fields) {
    BsonDocument event = BsonDocument.parse(spelledOut(layout));
    ChangeEvent read = ChangeEvent.of(Bytes.slice(event));

    assertThat(Reading.of(read)).containsExactlyInAnyOrderEntriesOf(Reading.of(event));
    TreeSet<String> expected = new TreeSet<>(List.of("_id", "operationType", "clusterTime"));
    if (fields != null) {
      expected.addAll(List.of(fields.split(" ")));
    }
    assertThat(Reading.of(read).keySet()).as(what).containsExactlyInAnyOrderElementsOf(expected);
    event.forEach((name, value) -> assertThat(read.field(name)).contains(value));
  }

  private static String spelledOut(String layout) {
    String json = "{" + layout.replace("TIME_VALUE", "{$timestamp: {t: 1700000000, i: 2}}") + "}";
    for (Map.Entry<String, String> each : SHORT.entrySet()) {
      json =
          json.replaceAll("\\b" + each.getKey() + "\\b", Matcher.quoteReplacement(each.getValue()));
    }
    return json;
  }
}
