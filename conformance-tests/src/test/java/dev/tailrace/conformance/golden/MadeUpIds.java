package dev.tailrace.conformance.golden;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;

/**
 * The ObjectIds and UUIDs of one conversation. Those that the client sent come back as they were;
 * those that a server makes up differ, but one of theirs is always the same one of ours.
 */
final class MadeUpIds {

  private final Set<BsonValue> sent = new HashSet<>();
  private final Map<BsonValue, BsonValue> oursOfTheirs = new HashMap<>();
  private final Map<BsonValue, BsonValue> theirsOfOurs = new HashMap<>();

  /** Notes the ids in a command. */
  void noteSent(BsonValue value) {
    if (isId(value)) {
      sent.add(value);
    } else if (value instanceof BsonDocument document) {
      document.values().forEach(this::noteSent);
    } else if (value instanceof BsonArray array) {
      array.forEach(this::noteSent);
    }
  }

  /** Whether this is an id that servers make up differently. */
  boolean isMadeUp(BsonValue expected) {
    return isId(expected) && !sent.contains(expected);
  }

  /** Whether the one stands for the other, now and wherever either was seen before. */
  boolean areTheSame(BsonValue expected, BsonValue actual) {
    return oursOfTheirs.computeIfAbsent(expected, first -> actual).equals(actual)
        && theirsOfOurs.computeIfAbsent(actual, first -> expected).equals(expected);
  }

  private static boolean isId(BsonValue value) {
    return value.isObjectId()
        || (value.getBsonType() == BsonType.BINARY
            && value.asBinary().getType() == BsonBinarySubType.UUID_STANDARD.getValue());
  }
}
