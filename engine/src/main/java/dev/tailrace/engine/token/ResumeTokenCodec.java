package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.DecodedToken.NEWEST_VERSION;

import dev.tailrace.engine.token.DecodedToken.Format;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads, writes and compares resume tokens.
 *
 * <p>A token is <code>{_data, _typeBits}</code>: the KeyString of its fields, as a string of upper
 * case hexadecimal digits (as BinData of subtype 0 from a 3.6 server), and the type bits of that
 * KeyString as BinData of subtype 0, which is absent if they are all 0. Other fields are ignored.
 *
 * <p>Nothing here blocks or keeps state; safe for use by many threads.
 */
public final class ResumeTokenCodec {

  private static final String DATA = "_data";
  private static final String TYPE_BITS = "_typeBits";

  private ResumeTokenCodec() {}

  /**
   * Reads a token of any released server.
   *
   * @throws InvalidTokenException if it is none. Where a server would refuse the token too, with
   *     its code and message
   */
  public static DecodedToken decode(BsonDocument token) {
    byte[] binData = generalBinary(token.get(DATA));
    List<BsonValue> values =
        binData == null ? hexValues(token) : readValues(binData, typeBits(token));
    DecodedToken decoded =
        binData == null
            ? TokenFieldReader.readHex(values, NEWEST_VERSION)
            : TokenFieldReader.readBinData(values);
    if (!values.get(0).isTimestamp()) {
      throw new InvalidTokenException(
          InvalidTokenException.INVALID_BSON,
          "the first value of a resume token is its cluster time, a timestamp; found a "
              + values.get(0).getBsonType());
    }
    return decoded;
  }

  /**
   * Reads a token as a server does of which a client asks to resume.
   *
   * <p>Beside the versions that it knows, a server since 6.0 differs from those before it in what
   * it checks. Neither takes BinData tokens. A first value that is no timestamp both read as a
   * cluster time of 0; {@link #decode} refuses it. Those before 6.0 take any value where the
   * identifier stands; one that is no document, and so that of no event, is read as an empty one.
   *
   * @param newestVersion of the tokens that the server knows: 1 for 4.2 to 5.x, 2 since 6.0
   * @throws IllegalArgumentException if it is neither
   * @throws InvalidTokenException if the server would refuse it, with the code and message of the
   *     first of its checks that fails
   */
  public static DecodedToken decodeAsServer(BsonDocument token, int newestVersion) {
    if (newestVersion != 1 && newestVersion != 2) {
      throw new IllegalArgumentException("newestVersion must be 1 or 2: " + newestVersion);
    }
    return TokenFieldReader.readHex(hexValues(token), newestVersion);
  }

  private static List<BsonValue> hexValues(BsonDocument token) {
    String hex = hex(token);
    TypeBitsReader typeBits = typeBits(token); // Before the digits: so does the server.
    return readValues(parseHex(hex), typeBits);
  }

  private static List<BsonValue> readValues(byte[] bytes, TypeBitsReader typeBits) {
    return new KeyStringReader(new KeyStringInput(bytes), typeBits).readAll();
  }

  private static String hex(BsonDocument token) {
    if (token.get(DATA) instanceof BsonString data) {
      return data.getValue();
    }
    throw new InvalidTokenException(
        40647,
        "Bad resume token: _data of missing or of wrong type. Expected string, got "
            + ServerText.of(token));
  }

  private static TypeBitsReader typeBits(BsonDocument token) {
    if (!token.containsKey(TYPE_BITS)) {
      return TypeBitsReader.of(new byte[0]);
    }
    byte[] typeBits = generalBinary(token.get(TYPE_BITS));
    if (typeBits == null) {
      throw new InvalidTokenException(
          40648, "Bad resume token: _typeBits of wrong type " + ServerText.of(token));
    }
    return TypeBitsReader.of(typeBits);
  }

  /** The data of BinData of subtype 0; null for any other value. */
  private static byte @Nullable [] generalBinary(@Nullable BsonValue value) {
    return value instanceof BsonBinary binary
            && binary.getType() == BsonBinarySubType.BINARY.getValue()
        ? binary.getData()
        : null;
  }

  private static byte[] parseHex(String data) {
    try {
      return HexFormat.of().parseHex(data);
    } catch (IllegalArgumentException notHex) {
      throw new InvalidTokenException(
          InvalidTokenException.FAILED_TO_PARSE, "resume token string was not a valid hex string");
    }
  }

  /**
   * Writes a token: the same bytes as a server.
   *
   * @return a document that is not to be changed
   * @throws InvalidTokenException if a server would not write it: a high water mark with more in it
   *     than a time (6189505), an event of version 2 without an identifier (6189502), an identifier
   *     without a collection before version 2 (50788), a fragment before version 2 (7182504), or an
   *     identifier that cannot be {@linkplain KeyString#encode encoded}
   */
  public static BsonDocument encode(DecodedToken token) {
    KeyString keyString = TokenFieldWriter.write(token);
    if (token.format() == Format.HEX) {
      return TokenDocument.of(keyString);
    }
    BsonDocument document = new BsonDocument(DATA, new BsonBinary(keyString.bytes()));
    if (keyString.hasTypeBits()) {
      document.put(TYPE_BITS, new BsonBinary(keyString.typeBits()));
    }
    return document;
  }

  /**
   * The order of two tokens in a stream of changes, which is the unsigned order of their bytes: by
   * cluster time, version, token type, txnOpIndex, fromInvalidate, collection, event identifier and
   * fragment. Type bits take no part, so that tokens can be equal here and differ in a type.
   *
   * @return negative if {@code left} is first, 0 if they have the same place, else positive
   * @throws InvalidTokenException if {@code _data} of either is neither hexadecimal nor BinData;
   *     nothing else of them is looked at
   */
  public static int compare(BsonDocument left, BsonDocument right) {
    return Arrays.compareUnsigned(bytes(left), bytes(right));
  }

  private static byte[] bytes(BsonDocument token) {
    byte[] binData = generalBinary(token.get(DATA));
    return binData == null ? parseHex(hex(token)) : binData;
  }
}
