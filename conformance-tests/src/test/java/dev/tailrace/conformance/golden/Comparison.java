package dev.tailrace.conformance.golden;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.ResumeTokenCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Compares the replies of one conversation field by field: order, type, value. With {@link
 * MadeUpIds}, {@link Tokens} and {@link MessageText} the one place that says what may differ:
 * cluster and wall times, ids that a server makes up, addresses, the clock part of tokens, and in
 * messages the same things.
 */
final class Comparison {

  /** Of the fields of a reply itself these are compared by their type alone. */
  private static final Set<String> TIMES_AND_PLACES =
      Set.of(
          "operationTime",
          "$clusterTime",
          "opTime",
          "lastWrite",
          "localTime",
          "topologyVersion",
          "electionId",
          "connectionId",
          "you",
          "me",
          "primary",
          "hosts");

  /** Of the fields of an event these. */
  private static final Set<String> TIMES = Set.of("clusterTime", "wallTime");

  private final List<String> differences = new ArrayList<>();
  private final MadeUpIds ids = new MadeUpIds();
  private final Map<String, Long> counterOffsets = new HashMap<>();

  /** What was found so far; forgets it. */
  List<String> takeDifferences() {
    List<String> found = List.copyOf(differences);
    differences.clear();
    return found;
  }

  /** Notes the ids in a command: these are to come back as they were sent. */
  void noteSent(BsonValue value) {
    ids.noteSent(value);
  }

  /** Compares two replies. */
  void compareReplies(String path, BsonDocument expected, BsonDocument actual) {
    compareFields(path, expected, actual, TIMES_AND_PLACES);
  }

  /** Compares two values. */
  void compare(String path, @Nullable BsonValue expected, @Nullable BsonValue actual) {
    if (expected == null || actual == null) {
      if (expected != actual) {
        differ(path, expected, actual);
      }
    } else if (expected.getBsonType() != actual.getBsonType()) {
      differ(path, expected, actual);
    } else if (expected instanceof BsonDocument document) {
      compareDocuments(path, document, actual.asDocument());
    } else if (expected instanceof BsonArray array) {
      compareArrays(path, array, actual.asArray());
    } else if (expected instanceof BsonString text) {
      compareText(path, text.getValue(), actual.asString().getValue());
    } else if (ids.isMadeUp(expected)
        ? !ids.areTheSame(expected, actual)
        : !expected.equals(actual)) {
      differ(path, expected, actual);
    }
  }

  /** Compares the names of the fields and their order; whether they are the same. */
  boolean compareNames(String path, BsonDocument expected, BsonDocument actual) {
    List<String> wanted = List.copyOf(expected.keySet());
    List<String> found = List.copyOf(actual.keySet());
    if (!wanted.equals(found)) {
      differences.add("%s: fields %s, expected %s".formatted(path, found, wanted));
      return false;
    }
    return true;
  }

  private void compareDocuments(String path, BsonDocument expected, BsonDocument actual) {
    if (Tokens.isToken(expected)) {
      compareTokens(path, expected, actual);
    } else if (isEvent(expected)) {
      compareFields(path, expected, actual, TIMES);
      checkTokenTime(path, actual);
    } else if (expected.containsKey("postBatchResumeToken")) {
      compareStreamCursors(path, expected, actual);
    } else {
      compareFields(path, expected, actual, Set.of());
    }
  }

  private void compareFields(
      String path, BsonDocument expected, BsonDocument actual, Set<String> byTypeAlone) {
    if (!compareNames(path, expected, actual)) {
      return;
    }
    for (String field : expected.keySet()) {
      BsonValue wanted = expected.get(field);
      BsonValue found = actual.get(field);
      String inner = path + "." + field;
      if (wanted == null || found == null) {
        differ(inner, wanted, found);
      } else if (byTypeAlone.contains(field)) {
        compareTypes(inner, wanted, found);
      } else if (path.endsWith(".cursor") && field.equals("id")) {
        compareCursorIds(inner, wanted, found);
      } else {
        compare(inner, wanted, found);
      }
    }
  }

  private void compareArrays(String path, BsonArray expected, BsonArray actual) {
    if (expected.size() != actual.size()) {
      differences.add(
          "%s: %d elements, expected %d: %s, expected %s"
              .formatted(path, actual.size(), expected.size(), actual, expected));
      return;
    }
    for (int i = 0; i < expected.size(); i++) {
      if (path.endsWith("cursorsKilled") || path.endsWith("cursorsNotFound")) {
        compareCursorIds(path + "." + i, expected.get(i), actual.get(i));
      } else {
        compare(path + "." + i, expected.get(i), actual.get(i));
      }
    }
  }

  /** Two values of the same types all the way down. */
  private void compareTypes(String path, BsonValue expected, BsonValue actual) {
    if (expected.getBsonType() != actual.getBsonType()) {
      differ(path, expected, actual);
    } else if (expected instanceof BsonDocument document) {
      compareNames(path, document, actual.asDocument());
      for (String field : document.keySet()) {
        BsonValue found = actual.asDocument().get(field);
        if (found != null) {
          compareTypes(path + "." + field, document.get(field), found);
        }
      }
    }
  }

  private void compareCursorIds(String path, BsonValue expected, BsonValue actual) {
    boolean same =
        expected instanceof BsonInt64 wanted
            && actual instanceof BsonInt64 found
            && (wanted.getValue() == 0) == (found.getValue() == 0);
    if (!same) {
      differ(path, expected, actual);
    }
  }

  /** How often a fail point was entered depends on what ran before: only the increase counts. */
  void compareCounters(String failPoint, BsonDocument expected, BsonDocument actual) {
    if (expected.containsKey("count") && actual.containsKey("count")) {
      long offset = expected.getNumber("count").longValue() - actual.getNumber("count").longValue();
      Long known = counterOffsets.putIfAbsent(failPoint, offset);
      if (known != null && known != offset) {
        differ("count", expected.get("count"), actual.get("count"));
      }
      if (expected.get("count").getBsonType() != actual.get("count").getBsonType()) {
        differ("count", expected.get("count"), actual.get("count"));
      }
      actual.put("count", expected.get("count"));
    }
  }

  // -------------------------------------------------------------- tokens and events

  private static boolean isEvent(BsonDocument document) {
    return document.get("_id") instanceof BsonDocument id && Tokens.isToken(id);
  }

  /** The {@code cursor} of a reply that has a {@code postBatchResumeToken}. */
  private void compareStreamCursors(String path, BsonDocument expected, BsonDocument actual) {
    if (!compareNames(path, expected, actual)) {
      return;
    }
    compareResumePoint(
        path + ".postBatchResumeToken",
        expected.getDocument("postBatchResumeToken"),
        actual.getDocument("postBatchResumeToken"),
        lastEvent(actual));
    compareFields(path, withoutToken(expected), withoutToken(actual), Set.of());
  }

  private static BsonDocument withoutToken(BsonDocument cursor) {
    BsonDocument rest = new BsonDocument();
    rest.putAll(cursor);
    rest.remove("postBatchResumeToken");
    return rest;
  }

  /**
   * The token of the last event, or a later high-water mark, as the no-ops happen to come: either
   * will do, but has to be what it is said to be.
   */
  private void compareResumePoint(
      String path, BsonDocument expected, BsonDocument actual, @Nullable BsonDocument lastEvent) {
    DecodedToken wanted = ResumeTokenCodec.decode(expected);
    DecodedToken found = ResumeTokenCodec.decode(actual);
    if (wanted.isHighWaterMark() == found.isHighWaterMark() || wanted.fromInvalidate()) {
      compareTokens(path, expected, actual);
    } else if (lastEvent != null && !isBehind(lastEvent, actual, found)) {
      differences.add("%s: %s, but the last event is %s".formatted(path, actual, lastEvent));
    }
  }

  private static boolean isBehind(BsonDocument event, BsonDocument token, DecodedToken decoded) {
    BsonDocument id = event.getDocument("_id");
    return decoded.isHighWaterMark()
        ? decoded.clusterTime().compareTo(ResumeTokenCodec.decode(id).clusterTime()) > 0
        : id.equals(token);
  }

  private static @Nullable BsonDocument lastEvent(BsonDocument cursor) {
    BsonArray batch =
        cursor.containsKey("firstBatch")
            ? cursor.getArray("firstBatch")
            : cursor.getArray("nextBatch");
    return batch.isEmpty() ? null : batch.get(batch.size() - 1).asDocument();
  }

  private void compareTokens(String path, BsonDocument expected, BsonDocument actual) {
    if (!Tokens.isToken(actual)) {
      differ(path, expected, actual);
      return;
    }
    compareNames(path, expected, actual);
    String wanted = Tokens.describe(expected);
    String found = Tokens.describe(actual);
    if (!wanted.equals(found)) {
      differences.add("%s: token %s, expected %s".formatted(path, found, wanted));
    }
  }

  /** A token's cluster time is that of its event. */
  private void checkTokenTime(String path, BsonDocument event) {
    if (event.get("_id") instanceof BsonDocument id
        && Tokens.isToken(id)
        && event.get("clusterTime") instanceof BsonTimestamp time
        && !ResumeTokenCodec.decode(id).clusterTime().equals(time)) {
      differences.add(path + ": the token's time is not that of the event: " + event);
    }
  }

  // -------------------------------------------------------------- text

  private void compareText(String path, String expected, String actual) {
    boolean isMessage = path.endsWith("errmsg");
    String wanted = isMessage ? MessageText.normalize(expected) : expected;
    String found = isMessage ? MessageText.normalize(actual) : actual;
    if (!wanted.equals(found)) {
      differences.add("%s: \"%s\", expected \"%s\"".formatted(path, actual, expected));
    }
  }

  private void differ(String path, @Nullable BsonValue expected, @Nullable BsonValue actual) {
    differences.add("%s: %s, expected %s".formatted(path, actual, expected));
  }
}
