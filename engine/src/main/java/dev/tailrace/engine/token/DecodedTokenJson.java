package dev.tailrace.engine.token;

import dev.tailrace.engine.token.DecodedToken.Format;
import dev.tailrace.engine.token.DecodedToken.TokenType;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A decoded token as a document, which people read and write as Extended JSON.
 *
 * <p>Its fields, in this order, each only where the token has it:
 *
 * <pre>
 * format           "hex" or "bindata"
 * clusterTime      timestamp
 * version          int32; not in bindata
 * tokenType        int32, since version 1: 0 is a high water mark, 128 an event
 * txnOpIndex       int32; not in bindata
 * fromInvalidate   boolean, since version 1
 * uuid             BinData of subtype 4, or null
 * eventIdentifier  document; the document key before version 2
 * fragmentNum      int32
 * </pre>
 *
 * In bindata {@code documentKey}, a document or null, is there in eventIdentifier's stead and comes
 * before {@code uuid}.
 */
public final class DecodedTokenJson {

  private static final String FORMAT = "format";
  private static final String CLUSTER_TIME = "clusterTime";
  private static final String VERSION = "version";
  private static final String TOKEN_TYPE = "tokenType";
  private static final String TXN_OP_INDEX = "txnOpIndex";
  private static final String FROM_INVALIDATE = "fromInvalidate";
  private static final String UUID = "uuid";
  private static final String EVENT_IDENTIFIER = "eventIdentifier";
  private static final String DOCUMENT_KEY = "documentKey";
  private static final String FRAGMENT_NUM = "fragmentNum";

  private static final String HEX = "hex";
  private static final String BINDATA = "bindata";

  private DecodedTokenJson() {}

  /** The token as a document of the form above. */
  public static BsonDocument toDocument(DecodedToken token) {
    return switch (token.format()) {
      case HEX -> toHexDocument(token);
      case BINDATA -> toBinDataDocument(token);
    };
  }

  private static BsonDocument toHexDocument(DecodedToken token) {
    BsonDocument document = new BsonDocument(FORMAT, new BsonString(HEX));
    document.put(CLUSTER_TIME, token.clusterTime());
    document.put(VERSION, new BsonInt32(token.version()));
    if (token.version() >= 1) {
      document.put(TOKEN_TYPE, new BsonInt32(token.tokenType().code()));
    }
    document.put(TXN_OP_INDEX, new BsonInt32(token.txnOpIndex()));
    if (token.version() >= 1) {
      document.put(FROM_INVALIDATE, BsonBoolean.valueOf(token.fromInvalidate()));
    }
    putIfPresent(document, UUID, token.uuidField());
    putIfPresent(document, EVENT_IDENTIFIER, token.eventIdentifier());
    if (token.fragmentNum() != null) {
      document.put(FRAGMENT_NUM, new BsonInt32(token.fragmentNum()));
    }
    return document;
  }

  private static BsonDocument toBinDataDocument(DecodedToken token) {
    BsonDocument document = new BsonDocument(FORMAT, new BsonString(BINDATA));
    document.put(CLUSTER_TIME, token.clusterTime());
    if (token.eventIdentifier() != null) {
      document.put(DOCUMENT_KEY, token.eventIdentifier());
    } else if (token.uuidField() != null) {
      document.put(DOCUMENT_KEY, BsonNull.VALUE);
    }
    putIfPresent(document, UUID, token.uuidField());
    return document;
  }

  private static void putIfPresent(BsonDocument document, String name, @Nullable BsonValue value) {
    if (value != null) {
      document.put(name, value);
    }
  }

  /**
   * The token that a document of the form above describes.
   *
   * @throws InvalidTokenException with code 51057 if the token type is unknown, with code 9
   *     (FailedToParse) if the document is not of that form in any other way; the message says
   *     which field should be what
   */
  public static DecodedToken fromDocument(BsonDocument document) {
    BsonDocument fields = new BsonDocument();
    fields.putAll(document);
    String format = take(fields, FORMAT, BsonType.STRING).asString().getValue();
    DecodedToken token;
    try {
      token =
          switch (format) {
            case HEX -> fromHexFields(fields);
            case BINDATA -> fromBinDataFields(fields);
            default -> throw invalid("format must be \"hex\" or \"bindata\": " + format);
          };
    } catch (IllegalArgumentException outOfRange) {
      throw invalid(String.valueOf(outOfRange.getMessage()));
    }
    if (!fields.isEmpty()) {
      throw invalid("a decoded token of this version has no field " + fields.getFirstKey());
    }
    return token;
  }

  private static DecodedToken fromHexFields(BsonDocument fields) {
    BsonTimestamp clusterTime = take(fields, CLUSTER_TIME, BsonType.TIMESTAMP).asTimestamp();
    int version = takeInt32(fields, VERSION);
    boolean hasType = version != 0;
    return new DecodedToken(
        Format.HEX,
        clusterTime,
        version,
        hasType ? TokenType.of(takeInt32(fields, TOKEN_TYPE)) : TokenType.EVENT,
        takeInt32(fields, TXN_OP_INDEX),
        hasType && take(fields, FROM_INVALIDATE, BsonType.BOOLEAN).asBoolean().getValue(),
        fields.remove(UUID),
        takeDocumentOrNull(fields, EVENT_IDENTIFIER),
        fields.containsKey(FRAGMENT_NUM) ? takeInt32(fields, FRAGMENT_NUM) : null);
  }

  private static DecodedToken fromBinDataFields(BsonDocument fields) {
    return new DecodedToken(
        Format.BINDATA,
        take(fields, CLUSTER_TIME, BsonType.TIMESTAMP).asTimestamp(),
        0,
        TokenType.EVENT,
        0,
        false,
        fields.remove(UUID),
        takeDocumentOrNull(fields, DOCUMENT_KEY),
        null);
  }

  private static int takeInt32(BsonDocument fields, String name) {
    return take(fields, name, BsonType.INT32).asInt32().getValue();
  }

  private static @Nullable BsonDocument takeDocumentOrNull(BsonDocument fields, String name) {
    if (fields.isNull(name)) {
      fields.remove(name);
    }
    return fields.containsKey(name) ? take(fields, name, BsonType.DOCUMENT).asDocument() : null;
  }

  private static BsonValue take(BsonDocument fields, String name, BsonType type) {
    BsonValue value = fields.remove(name);
    if (value == null || value.getBsonType() != type) {
      throw invalid(
          "%s must be of type %s; found %s"
              .formatted(name, type, value == null ? "no such field" : value.getBsonType()));
    }
    return value;
  }

  private static InvalidTokenException invalid(String message) {
    return new InvalidTokenException(InvalidTokenException.FAILED_TO_PARSE, message);
  }
}
