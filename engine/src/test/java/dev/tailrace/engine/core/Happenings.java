package dev.tailrace.engine.core;

import dev.tailrace.engine.ChangeStreamOptions;
import dev.tailrace.engine.ResumeToken;
import dev.tailrace.engine.transport.DocumentSlice;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The words of the tables about positions. A stream is given {@code startAfter=S resumeAfter=R
 * startAtOperationTime=5}, any of them; and then, one behind the other with commas:
 *
 * <pre>
 * aggregate pbrt=P time=5            answered with an empty batch; both may be missing
 * aggregate events pbrt=P time=5     answered with a batch that has some
 * getMore pbrt=P                     answered with an empty batch
 * event _id=A                        handed over, and more of its batch are to come
 * last _id=A pbrt=P                  handed over, the last of its batch
 * </pre>
 */
final class Happenings {

  private Happenings() {}

  /** Where a stream is that was given that, after that happened. */
  static Position positionAfter(@Nullable String given, @Nullable String happened) {
    Position position = Position.startingAt(new StartPoint.AsGiven(options(words(given))));
    if (happened != null) {
      for (String one : happened.split(", ", -1)) {
        position = after(position, one);
      }
    }
    return position;
  }

  private static Position after(Position position, String happened) {
    Map<String, String> words = words(happened);
    @Nullable DocumentSlice pbrt = token(words.get("pbrt"));
    DocumentSlice id =
        Conversation.slice(
            new BsonDocument("_data", new BsonString(words.getOrDefault("_id", ""))));
    return switch (happened.split(" ", -1)[0]) {
      case "aggregate" -> {
        Position opened = position.opened(reply(words, happened.contains("events")));
        yield happened.contains("events") ? opened : opened.emptyBatch(pbrt);
      }
      case "getMore" -> position.emptyBatch(pbrt);
      case "event" -> position.handedOver(id);
      case "last" -> position.handedOverLast(id, pbrt);
      default -> throw new IllegalArgumentException("no such happening: " + happened);
    };
  }

  /** Start options in the words that they are given in. */
  static String words(StartPoint start) {
    BsonDocument stage = new BsonDocument();
    start.writeTo(stage);
    return stage.entrySet().stream()
        .map(
            option ->
                option.getKey()
                    + "="
                    + (option.getValue().isTimestamp()
                        ? option.getValue().asTimestamp().getTime()
                        : option.getValue().asDocument().getString("_data").getValue()))
        .collect(Collectors.joining(" "));
  }

  /** The reply of an aggregate, without events. */
  static CursorReply reply(String words) {
    return reply(words(words), /* events= */ false);
  }

  /** The reply of an aggregate, with an event. */
  static CursorReply replyWithEvents() {
    return reply(words((String) null), /* events= */ true);
  }

  private static Map<String, String> words(@Nullable String text) {
    Map<String, String> words = new TreeMap<>();
    for (String word : text == null ? new String[0] : text.split(" ", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        words.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return words;
  }

  private static ChangeStreamOptions options(Map<String, String> given) {
    ChangeStreamOptions.Builder options = ChangeStreamOptions.builder();
    given.forEach(
        (name, value) -> {
          switch (name) {
            case "startAfter" -> options.startAfter(ResumeToken.ofData(value));
            case "resumeAfter" -> options.resumeAfter(ResumeToken.ofData(value));
            case "startAtOperationTime" -> options.startAtOperationTime(time(value));
            default -> throw new IllegalArgumentException("no such option: " + name);
          }
        });
    return options.build();
  }

  private static CursorReply reply(Map<String, String> words, boolean events) {
    BsonArray batch = new BsonArray();
    if (events) {
      batch.add(new BsonDocument());
    }
    BsonDocument cursor =
        new BsonDocument("id", new BsonInt64(7))
            .append("ns", new BsonString("shop.orders"))
            .append("firstBatch", batch);
    if (words.containsKey("pbrt")) {
      cursor.append(
          "postBatchResumeToken", new BsonDocument("_data", new BsonString(words.get("pbrt"))));
    }
    BsonDocument reply = new BsonDocument("cursor", cursor).append("ok", new BsonDouble(1));
    if (words.containsKey("time")) {
      reply.append("operationTime", time(words.get("time")));
    }
    return (CursorReply) CursorReply.read(Conversation.slice(reply));
  }

  private static @Nullable DocumentSlice token(@Nullable String data) {
    return data == null
        ? null
        : Conversation.slice(new BsonDocument("_data", new BsonString(data)));
  }

  private static BsonTimestamp time(String seconds) {
    return new BsonTimestamp(Integer.parseInt(seconds), 1);
  }
}
