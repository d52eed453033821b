package dev.tailrace.wire.event;

import dev.tailrace.wire.topology.ServerAddress;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.json.JsonWriterSettings;

/** A {@link LogMessage} in the making. */
final class LogDraft {

  /** As {@link JsonWriterSettings} has it. */
  private static final int UNLIMITED = 0;

  private final Map<String, Object> fields = new LinkedHashMap<>();
  private Level level = Level.DEBUG;

  LogDraft(String message) {
    with("message", message);
  }

  LogDraft with(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  LogDraft with(ServerAddress address) {
    return with("serverHost", address.host()).with("serverPort", address.port());
  }

  LogDraft at(Level level) {
    this.level = level;
    return this;
  }

  LogMessage saying(String sentence) {
    return new LogMessage(level, sentence, fields);
  }

  /** A reply may have megabytes: one character more than is kept, to see that there are more. */
  static String text(BsonDocument document, int maxLength) {
    int enough = maxLength == Integer.MAX_VALUE ? UNLIMITED : maxLength + 1;
    return truncated(
        document.toJson(JsonWriterSettings.builder().maxLength(enough).build()), maxLength);
  }

  /** Counted in code points: no character is cut in two (logging specification). */
  static String truncated(String text, int maxLength) {
    return text.codePointCount(0, text.length()) <= maxLength
        ? text
        : text.substring(0, text.offsetByCodePoints(0, maxLength)) + "...";
  }

  static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
