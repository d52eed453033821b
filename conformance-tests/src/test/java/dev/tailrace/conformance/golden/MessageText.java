package dev.tailrace.conformance.golden;

import java.util.regex.Pattern;

/** What of a message is compared: all but the times and ids that a server made up. */
final class MessageText {

  /** As cursor ids are. */
  private static final Pattern LONG_NUMBER = Pattern.compile("\\b[0-9]{15,19}\\b");

  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern OBJECT_ID = Pattern.compile("ObjectId\\('[0-9a-f]{24}'\\)");
  private static final Pattern TIMESTAMP = Pattern.compile("Timestamp\\([0-9]+, [0-9]+\\)");

  private MessageText() {}

  /** The message without them. */
  static String normalize(String message) {
    String result = withoutIds(Tokens.describeIn(message));
    result = TIMESTAMP.matcher(result).replaceAll("<timestamp>");
    return LONG_NUMBER.matcher(result).replaceAll("<number>");
  }

  /** The text without UUIDs and ObjectIds. */
  static String withoutIds(String text) {
    String result = UUID.matcher(text).replaceAll("<uuid>");
    return OBJECT_ID.matcher(result).replaceAll("<objectId>");
  }
}
