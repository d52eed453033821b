package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.InvalidTokenException.require;

import dev.tailrace.engine.token.DecodedToken.Format;
import dev.tailrace.engine.token.DecodedToken.TokenType;
import java.util.Iterator;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of a token from its values, in the server's order and with its refusals.
 *
 * <p>A server knows the versions up to its newest. Servers that know version 2 (6.0 and later) also
 * check more of the older tokens, and accept a null for the collection in all of them.
 */
final class TokenFieldReader {

  private final Iterator<BsonValue> values;
  private final int newestVersion;

  private TokenFieldReader(List<BsonValue> values, int newestVersion) {
    this.values = values.iterator();
    this.newestVersion = newestVersion;
  }

  static DecodedToken readHex(List<BsonValue> values, int newestVersion) {
    return new TokenFieldReader(values, newestVersion).readHex();
  }

  /** Reads the fields of 3.6: the document key first, then the collection, and no version. */
  static DecodedToken readBinData(List<BsonValue> values) {
    return new TokenFieldReader(values, DecodedToken.NEWEST_VERSION).readBinData();
  }

  private DecodedToken readHex() {
    BsonTimestamp clusterTime = readClusterTime();
    int version = readVersion();
    TokenType tokenType = version >= 1 ? readTokenType() : TokenType.EVENT;
    int txnOpIndex = readTxnOpIndex();
    boolean fromInvalidate = version >= 1 && readFromInvalidate();
    @Nullable BsonValue uuid = readUuid(version);
    @Nullable BsonDocument eventIdentifier = readEventIdentifier(version, tokenType);
    @Nullable Integer fragmentNum = version >= 2 ? readFragmentNum() : null;
    requireEnd();
    return new DecodedToken(
        Format.HEX,
        clusterTime,
        version,
        tokenType,
        txnOpIndex,
        fromInvalidate,
        uuid,
        eventIdentifier,
        fragmentNum);
  }

  private DecodedToken readBinData() {
    BsonTimestamp clusterTime = readClusterTime();
    @Nullable BsonValue documentKey = nextOrNull();
    @Nullable BsonValue uuid = nextOrNull();
    requireEnd();
    return new DecodedToken(
        Format.BINDATA,
        clusterTime,
        0,
        TokenType.EVENT,
        0,
        false,
        uuid == null ? null : requireUuid(uuid),
        documentKey == null || documentKey.isNull() ? null : requireDocument(documentKey),
        null);
  }

  /** A server takes whatever is no time for the earliest time. */
  private BsonTimestamp readClusterTime() {
    require(values.hasNext(), 40649, "invalid empty resume token");
    BsonValue value = values.next();
    return value.isTimestamp() ? value.asTimestamp() : new BsonTimestamp(0);
  }

  private int readVersion() {
    require(values.hasNext(), 50796, "Resume Token does not contain version");
    int version = nextInt32(50854, "Invalid resume token: wrong type for version");
    require(
        version >= 0 && version <= newestVersion,
        50795,
        newestVersion < 2
            ? "Invalid Resume Token: only supports version 0 or 1"
            : "Invalid Resume Token: only supports version 0, 1 and 2");
    return version;
  }

  private TokenType readTokenType() {
    require(values.hasNext(), 51055, "Resume Token does not contain tokenType");
    return TokenType.of(nextInt32(51056, "Resume Token tokenType is not an int."));
  }

  private int readTxnOpIndex() {
    require(values.hasNext(), 50793, "Resume Token does not contain txnOpIndex");
    int index = nextInt32(50855, "Resume Token txnOpIndex is not an integer");
    require(index >= 0, 50794, "Invalid Resume Token: txnOpIndex should be non-negative");
    return index;
  }

  private boolean readFromInvalidate() {
    require(values.hasNext(), 50872, "Resume Token does not contain fromInvalidate");
    BsonValue value = values.next();
    require(value.isBoolean(), 50870, "Resume Token fromInvalidate is not a boolean.");
    return value.asBoolean().getValue();
  }

  private @Nullable BsonValue readUuid(int version) {
    if (!values.hasNext()) {
      require(version < 2, 6189500, "Expected UUID or null");
      return null;
    }
    BsonValue value = values.next();
    return newestVersion >= 2 && value.isNull() ? value : requireUuid(value);
  }

  private @Nullable BsonDocument readEventIdentifier(int version, TokenType tokenType) {
    if (!values.hasNext()) {
      require(
          version < 2 || tokenType == TokenType.HIGH_WATER_MARK,
          6189501,
          "Expected an eventIdentifier for an event resume token");
      return null;
    }
    require(
        newestVersion < 2 || tokenType == TokenType.EVENT,
        6189504,
        "Invalid high water mark token");
    BsonValue value = values.next();
    boolean isOfNoEvent = newestVersion < 2 && !value.isDocument();
    return isOfNoEvent ? new BsonDocument() : requireDocument(value);
  }

  private @Nullable Integer readFragmentNum() {
    if (!values.hasNext()) {
      return null;
    }
    String message = "Resume token 'fragmentNum' must be a non-negative integer.";
    int fragmentNum = nextInt32(7182501, message);
    require(fragmentNum >= 0, 7182501, message);
    return fragmentNum;
  }

  private void requireEnd() {
    require(!values.hasNext(), 40646, "invalid oversized resume token");
  }

  private @Nullable BsonValue nextOrNull() {
    return values.hasNext() ? values.next() : null;
  }

  private int nextInt32(int code, String message) {
    BsonValue value = values.next();
    require(value instanceof BsonInt32, code, message);
    return value.asInt32().getValue();
  }

  private static BsonValue requireUuid(BsonValue value) {
    require(
        DecodedToken.isUuid(value),
        InvalidTokenException.INVALID_UUID,
        "uuid must be a 16-byte binary field with UUID (4) subtype");
    return value;
  }

  private static BsonDocument requireDocument(BsonValue value) {
    require(value.isDocument(), 6189503, "Resume Token eventIdentifier is not an object");
    return value.asDocument();
  }
}
