package dev.tailrace.conformance.golden;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.engine.token.InvalidTokenException;
import dev.tailrace.engine.token.ResumeTokenCodec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** What of resume tokens is compared: all but the clock part and the UUID. */
final class Tokens {

  private static final Pattern TOKEN = Pattern.compile("82[0-9A-F]{20,}");

  /** The type of the first value in a token, and the timestamp that it is. */
  private static final int CLOCK_DIGITS = 2 + 2 * Long.BYTES;

  /** Binary data of 16 bytes and subtype 4, as tokens have it. */
  private static final Pattern UUID = Pattern.compile("5A1004[0-9A-F]{32}");

  private Tokens() {}

  static boolean isToken(BsonDocument document) {
    return document.get("_data") instanceof BsonString data && data.getValue().startsWith("82");
  }

  /** What a token says, without its clock and its UUID. */
  static String describe(BsonDocument token) {
    DecodedToken decoded;
    try {
      decoded = ResumeTokenCodec.decode(token);
    } catch (InvalidTokenException cutOff) { // In messages that have no room for all of it.
      String rest = token.getString("_data").getValue().substring(CLOCK_DIGITS);
      return "cut off " + UUID.matcher(rest).replaceFirst("<uuid>");
    }
    return "v%d %s op %d invalidate %s uuid %s key %s type bits %s"
        .formatted(
            decoded.version(),
            decoded.tokenType(),
            decoded.txnOpIndex(),
            decoded.fromInvalidate(),
            decoded.uuid() != null,
            MessageText.withoutIds(String.valueOf(decoded.eventIdentifier())),
            token.get("_typeBits"));
  }

  /** The text with what each token in it says in its place. */
  static String describeIn(String text) {
    StringBuilder result = new StringBuilder();
    Matcher tokens = TOKEN.matcher(text);
    while (tokens.find()) {
      String token = describe(new BsonDocument("_data", new BsonString(tokens.group())));
      tokens.appendReplacement(result, Matcher.quoteReplacement("<token " + token + ">"));
    }
    tokens.appendTail(result);
    return result.toString();
  }
}
