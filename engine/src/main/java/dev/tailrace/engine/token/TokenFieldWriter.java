package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.InvalidTokenException.require;

import dev.tailrace.engine.token.DecodedToken.TokenType;
import org.bson.BsonNull;

/**
 * Writes the fields of a token in the order of its version, with the refusals of a server that
 * knows version 2 (6.0 and later).
 */
final class TokenFieldWriter {

  private TokenFieldWriter() {}

  static KeyString write(DecodedToken token) {
    KeyStringWriter out = new KeyStringWriter();
    out.writeTimestamp(token.clusterTime());
    switch (token.format()) {
      case HEX -> writeHex(token, out);
      case BINDATA -> writeBinData(token, out);
    }
    return out.end();
  }

  private static void writeHex(DecodedToken token, KeyStringWriter out) {
    requireWritable(token);
    out.writeInt32(token.version());
    if (token.version() >= 1) {
      out.writeInt32(token.tokenType().code());
    }
    out.writeInt32(token.txnOpIndex());
    if (token.version() >= 1) {
      out.writeBoolean(token.fromInvalidate());
    }
    if (token.uuidField() != null) {
      out.write(token.uuidField());
    }
    if (token.eventIdentifier() != null) {
      out.write(token.eventIdentifier());
    }
    if (token.fragmentNum() != null) {
      out.writeInt32(token.fragmentNum());
    }
  }

  private static void requireWritable(DecodedToken token) {
    int version = token.version();
    boolean hasUuid = token.uuidField() != null && !token.uuidField().isNull();
    boolean hasIdentifier = token.eventIdentifier() != null;
    if (token.tokenType() == TokenType.HIGH_WATER_MARK) {
      require(token.isHighWaterMark() && !hasUuid, 6189505, "Invalid high water mark token");
    } else {
      require(
          version < 2 || hasIdentifier,
          6189502,
          "Expected an eventIdentifier for an event resume token");
    }
    require(
        version >= 2 || hasUuid || !hasIdentifier,
        50788,
        "Unexpected resume token with a eventIdentifier but no UUID"); // Sic.
    if (version < 2 && token.fragmentNum() != null) {
      throw new InvalidTokenException(
          7182504, "Tokens of version " + version + " cannot have a fragmentNum");
    }
  }

  private static void writeBinData(DecodedToken token, KeyStringWriter out) {
    if (token.eventIdentifier() != null) {
      out.write(token.eventIdentifier());
    } else if (token.uuidField() != null) {
      out.write(BsonNull.VALUE);
    }
    if (token.uuidField() != null) {
      out.write(token.uuidField());
    }
  }
}
