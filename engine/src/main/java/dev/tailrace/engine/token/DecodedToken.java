package dev.tailrace.engine.token;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What a resume token says: a position in the stream of changes.
 *
 * <p>A version has only some of the fields; for those it lacks this holds what servers take for
 * granted. Version 0 and the tokens of 3.6 have no token type and no fromInvalidate: they are
 * {@link TokenType#EVENT} and false. Those of 3.6 have no version and no txnOpIndex either: both
 * are 0.
 *
 * <p>Immutable as long as nobody changes the documents in it.
 *
 * @param format how the token is written
 * @param clusterTime when the event happened: its oplog timestamp, or its transaction's commit time
 * @param version 0 (4.0), 1 (4.0.7 to 6.0) or 2 (6.1 and later)
 * @param tokenType whether this is an event's position or only a time
 * @param txnOpIndex the event's place in its transaction, from 0; 0 outside of transactions
 * @param fromInvalidate whether this is an invalidate event's token
 * @param uuidField the collection's UUID as the token has it: BinData of subtype 4; where there is
 *     no collection {@link BsonNull} in version 2, which always has the field, and null before it
 * @param eventIdentifier what tells events of one cluster time apart; null if absent. In version 2
 *     see {@link EventIdentifier}; in the versions before it is the document key
 * @param fragmentNum the place among the fragments of a split event, from 0; null if it was not
 *     split
 */
public record DecodedToken(
    Format format,
    BsonTimestamp clusterTime,
    int version,
    TokenType tokenType,
    int txnOpIndex,
    boolean fromInvalidate,
    @Nullable BsonValue uuidField,
    @Nullable BsonDocument eventIdentifier,
    @Nullable Integer fragmentNum) {

  /** The newest version of tokens. */
  public static final int NEWEST_VERSION = 2;

  private static final int UUID_BYTES = 16;

  /** How a token is written. */
  public enum Format {
    /** {@code _data} is a string of hexadecimal digits: 4.0 and later. */
    HEX,

    /** {@code _data} is BinData: 3.6, and 4.0.0 to 4.0.6 with the features of 3.6. */
    BINDATA
  }

  /** What a token is the position of. */
  public enum TokenType {
    /** A time: all that came before it has been delivered. */
    HIGH_WATER_MARK(0),

    /** An event. */
    EVENT(128);

    private final int code;

    TokenType(int code) {
      this.code = code;
    }

    /**
     * The type of a number.
     *
     * @throws InvalidTokenException (51057) if there is none
     */
    static TokenType of(int code) {
      for (TokenType type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      throw new InvalidTokenException(51057, "Token type " + code + " not recognized");
    }

    /** The number by which tokens name it. */
    public int code() {
      return code;
    }
  }

  /**
   * @throws IllegalArgumentException if a number is out of its range, {@code uuidField} is none of
   *     the three things it can be, or there is a field that the format or version has no place for
   */
  public DecodedToken {
    requireNonNull(format, "format");
    requireNonNull(clusterTime, "clusterTime");
    requireNonNull(tokenType, "tokenType");
    require(version >= 0 && version <= NEWEST_VERSION, "version must be 0 to 2: ", version);
    require(
        version > 0 || (tokenType == TokenType.EVENT && !fromInvalidate),
        "neither a tokenType nor fromInvalidate in version ",
        version);
    require(
        format == Format.HEX || (version == 0 && txnOpIndex == 0 && fragmentNum == null),
        "none of version, txnOpIndex and fragmentNum in format ",
        format);
    require(txnOpIndex >= 0, "txnOpIndex must not be negative: ", txnOpIndex);
    require(
        uuidField == null || uuidField.isNull() || isUuid(uuidField),
        "uuidField must be null, BsonNull or a UUID: ",
        uuidField);
    if (uuidField == null && version >= 2) {
      uuidField = BsonNull.VALUE;
    }
    require(
        fragmentNum == null || fragmentNum >= 0, "fragmentNum must not be negative: ", fragmentNum);
  }

  private static void require(boolean holds, String message, @Nullable Object found) {
    if (!holds) {
      throw new IllegalArgumentException(message + found);
    }
  }

  /**
   * The token of a time before which everything has been delivered. Resuming from it returns events
   * of that time and later.
   *
   * @param version version 0 has no mark for these: its token is that of a dropDatabase event
   */
  public static DecodedToken highWaterMark(int version, BsonTimestamp clusterTime) {
    return new DecodedToken(
        Format.HEX,
        clusterTime,
        version,
        version == 0 ? TokenType.EVENT : TokenType.HIGH_WATER_MARK,
        0,
        false,
        null,
        null,
        null);
  }

  /**
   * The token of an event.
   *
   * @param uuid of the event's collection; null if it has none
   * @param eventIdentifier as {@link EventIdentifier} makes it; version 2 must have one
   */
  public static DecodedToken event(
      int version,
      BsonTimestamp clusterTime,
      int txnOpIndex,
      @Nullable UUID uuid,
      @Nullable BsonDocument eventIdentifier) {
    return new DecodedToken(
        Format.HEX,
        clusterTime,
        version,
        TokenType.EVENT,
        txnOpIndex,
        false,
        uuid == null ? null : new BsonBinary(uuid),
        eventIdentifier,
        null);
  }

  /**
   * The token of the invalidate that this event causes: the same but for {@link #fromInvalidate}.
   * Before version 1 it is the event's own token.
   */
  public DecodedToken invalidate() {
    return with(version > 0, fragmentNum);
  }

  /**
   * The token of a fragment of this event, which {@code $changeStreamSplitLargeEvent} split.
   *
   * @param fragmentNum from 0: one less than the event's own {@code splitEvent.fragment}
   */
  public DecodedToken fragment(int fragmentNum) {
    return with(fromInvalidate, fragmentNum);
  }

  private DecodedToken with(boolean fromInvalidate, @Nullable Integer fragmentNum) {
    return new DecodedToken(
        format,
        clusterTime,
        version,
        tokenType,
        txnOpIndex,
        fromInvalidate,
        uuidField,
        eventIdentifier,
        fragmentNum);
  }

  /** The UUID of the collection; null if the token names none. */
  public @Nullable UUID uuid() {
    if (uuidField == null || uuidField.isNull()) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(uuidField.asBinary().getData());
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  /**
   * Whether this is only a time. A token of that type with anything more in it is not; but before
   * version 2 it may name a collection, as the first servers that wrote such tokens did.
   */
  public boolean isHighWaterMark() {
    return tokenType == TokenType.HIGH_WATER_MARK
        && txnOpIndex == 0
        && !fromInvalidate
        && (version < 2 || uuid() == null)
        && eventIdentifier == null;
  }

  /** Whether a value is BinData of subtype 4 with 16 bytes. */
  static boolean isUuid(BsonValue value) {
    return value.isBinary()
        && value.asBinary().getType() == BsonBinarySubType.UUID_STANDARD.getValue()
        && value.asBinary().getData().length == UUID_BYTES;
  }
}
