package dev.tailrace.conformance.golden;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.InvalidTokenException;
import dev.tailrace.engine.token.ResumeTokenCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Compares replies field by field: order, type, value. The one place that says what may differ.
 *
 * <p>May differ: cluster and wall times, ids that a server makes up (ObjectIds, UUIDs, cursors,
 * connections), addresses, the clock part of tokens, and in messages the same things. An id that
 * the client sent has to come back as it was.
 */
final class Comparison {

  /** Compared by their type alone. */
  private static final Set<String> TIMES_AND_PLACES =
      Set.of(
          "operationTime",
          "$clusterTime",
          "opTime",
          "clusterTime",
          "wallTime",
          "lastWrite",
          "localTime",
          "topologyVersion",
          "electionId",
          "processId",
          "connectionId",
          "you",
          "me",
          "primary",
          "hosts");

  private static final Pattern TOKEN = Pattern.compile("82[0-9A-F]{20,}");

  /** The type of the first value in a token, and the timestamp that it is. */
  private static final int CLOCK_DIGITS = 2 + 2 * Long.BYTES;

  /** Binary data of 16 bytes and subtype 4, as tokens have it. */
  private static final Pattern TOKEN_UUID = Pattern.compile("5A1004[0-9A-F]{32}");

  private static final Pattern LONG_NUMBER = Pattern.compile("\\b[0-9]{9,19}\\b");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern OBJECT_ID = Pattern.compile("ObjectId\\('[0-9a-f]{24}'\\)");
  private static final Pattern TIMESTAMP = Pattern.compile("Timestamp\\([0-9]+, [0-9]+\\)");

  private final List<String> differences = new ArrayList<>();
  private final Set<BsonValue> sentIds = new HashSet<>();
  private final Map<String, Long> counterOffsets = new HashMap<>();

  /** What was found so far; forgets it. */
  List<String> takeDifferences() {
    List<String> found = List.copyOf(differences);
    differences.clear();
    return found;
  }

  /** Notes the ids in a command: these are to come back as they were sent. */
  void noteSent(BsonValue value) {
    if (value.isObjectId() || isUuid(value)) {
      sentIds.add(value);
    } else if (value instanceof BsonDocument document) {
      document.values().forEach(this::noteSent);
    } else if (value instanceof BsonArray array) {
      array.forEach(this::noteSent);
    }
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
    } else if (!isMadeUp(expected) && !expected.equals(actual)) {
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
    if (isToken(expected)) {
      compareTokens(path, expected, actual);
      return;
    }
    if (!compareNames(path, expected, actual)) {
      return;
    }
    for (String field : expected.keySet()) {
      BsonValue wanted = expected.get(field);
      BsonValue found = actual.get(field);
      String inner = path + "." + field;
      if (wanted == null || found == null) {
        differ(inner, wanted, found);
      } else if (TIMES_AND_PLACES.contains(field)) {
        compareTypes(inner, wanted, found);
      } else if (field.equals("postBatchResumeToken")) {
        compareResumePoint(inner, wanted.asDocument(), found.asDocument());
      } else if (path.endsWith("cursor") && field.equals("id")) {
        compareCursorIds(inner, wanted, found);
      } else {
        compare(inner, wanted, found);
      }
    }
    checkTokenTime(path, actual);
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

  /** The token after the last event, or a later high-water mark: as the no-ops happen to come. */
  private void compareResumePoint(String path, BsonDocument expected, BsonDocument actual) {
    DecodedToken wanted = ResumeTokenCodec.decode(expected);
    DecodedToken found = ResumeTokenCodec.decode(actual);
    boolean eitherWillDo =
        wanted.isHighWaterMark() != found.isHighWaterMark() && !wanted.fromInvalidate();
    if (!eitherWillDo) {
      compareTokens(path, expected, actual);
    }
  }

  private void compareTokens(String path, BsonDocument expected, BsonDocument actual) {
    if (!isToken(actual)) {
      differ(path, expected, actual);
      return;
    }
    compareNames(path, expected, actual);
    String wanted = describe(expected);
    String found = describe(actual);
    if (!wanted.equals(found)) {
      differences.add("%s: token %s, expected %s".formatted(path, found, wanted));
    }
  }

  private static boolean isToken(BsonDocument document) {
    return document.get("_data") instanceof BsonString data && data.getValue().startsWith("82");
  }

  /** What a token says, without its clock and its UUID. */
  private static String describe(BsonDocument token) {
    DecodedToken decoded;
    try {
      decoded = ResumeTokenCodec.decode(token);
    } catch (InvalidTokenException cutOff) { // In messages that have no room for all of it.
      String rest = token.getString("_data").getValue().substring(CLOCK_DIGITS);
      return "cut off " + TOKEN_UUID.matcher(rest).replaceFirst("<uuid>");
    }
    return "v%d %s op %d invalidate %s uuid %s key %s"
        .formatted(
            decoded.version(),
            decoded.tokenType(),
            decoded.txnOpIndex(),
            decoded.fromInvalidate(),
            decoded.uuid() != null,
            normalizeIds(String.valueOf(decoded.eventIdentifier())));
  }

  /** A token's cluster time is that of its event. */
  private void checkTokenTime(String path, BsonDocument event) {
    if (event.get("_id") instanceof BsonDocument id
        && isToken(id)
        && event.get("clusterTime") instanceof BsonTimestamp time
        && !ResumeTokenCodec.decode(id).clusterTime().equals(time)) {
      differences.add(path + ": the token's time is not that of the event: " + event);
    }
  }

  private void compareText(String path, String expected, String actual) {
    String wanted = normalizeText(expected);
    String found = normalizeText(actual);
    if (!wanted.equals(found)) {
      differences.add("%s: \"%s\", expected \"%s\"".formatted(path, actual, expected));
    }
  }

  private static String normalizeText(String text) {
    StringBuilder result = new StringBuilder();
    Matcher tokens = TOKEN.matcher(text);
    while (tokens.find()) {
      String token = describe(new BsonDocument("_data", new BsonString(tokens.group())));
      tokens.appendReplacement(result, Matcher.quoteReplacement("<token " + token + ">"));
    }
    tokens.appendTail(result);
    return normalizeIds(result.toString());
  }

  private static String normalizeIds(String text) {
    String result = UUID.matcher(text).replaceAll("<uuid>");
    result = OBJECT_ID.matcher(result).replaceAll("<objectId>");
    result = TIMESTAMP.matcher(result).replaceAll("<timestamp>");
    return LONG_NUMBER.matcher(result).replaceAll("<number>");
  }

  private boolean isMadeUp(BsonValue expected) {
    boolean isId = expected.isObjectId() || isUuid(expected);
    return isId && !sentIds.contains(expected);
  }

  private static boolean isUuid(BsonValue value) {
    return value.getBsonType() == BsonType.BINARY
        && value.asBinary().getType() == BsonBinarySubType.UUID_STANDARD.getValue();
  }

  private void differ(String path, @Nullable BsonValue expected, @Nullable BsonValue actual) {
    differences.add("%s: %s, expected %s".formatted(path, actual, expected));
  }
}
