package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.Refusals.assertRefused;

import java.util.HexFormat;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no resume token, in the order in which a server finds out. */
class TokenRefusalsTest {

  /** Timestamp(1700000000, 1). */
  private static final String TIME = "826553F10000000001";

  @Test
  void dataThatIsNoString() {
    String message = "Bad resume token: _data of missing or of wrong type. Expected string, got ";
    assertBothRefuse("{}", 40647, message + "{}");
    assertBothRefuse("{_data: 5}", 40647, message + "{_data: 5}");
    assertBothRefuse("{nope: 1}", 40647, message + "{nope: 1}");
    assertBothRefuse("{_data: null}", 40647, message + "{_data: null}");
    assertBothRefuse(
        "{_data: {$binary: {base64: 'gg==', subType: '05'}}, a: [1, 'b']}",
        40647,
        message + "{_data: BinData(5, \"82\"), a: [1, \"b\"]}");
  }

  @Test
  void typeBitsThatAreNoGeneralBinData() {
    String message = "Bad resume token: _typeBits of wrong type ";
    assertBothRefuse("{_data: '', _typeBits: 1}", 40648, message + "{_data: \"\", _typeBits: 1}");
    assertBothRefuse(
        "{_data: 'zz', _typeBits: null}", 40648, message + "{_data: \"zz\", _typeBits: null}");
    assertBothRefuse(
        "{_data: '', _typeBits: {$binary: {base64: '', subType: '04'}}}",
        40648,
        message + "{_data: \"\", _typeBits: BinData(4, \"\")}");
    assertRefused(
        () ->
            ResumeTokenCodec.decode(
                new BsonDocument("_data", new BsonBinary(new byte[0]))
                    .append("_typeBits", new BsonInt32(1))),
        40648,
        message + "{_data: BinData(0, \"\"), _typeBits: 1}");
  }

  /** The type bits come first, even before the digits. */
  @ParameterizedTest
  @ValueSource(strings = {"zz", "", "82"})
  void typeBitsThatAreNotWhatTheySay(String data) {
    BsonDocument token =
        new BsonDocument("_data", new BsonString(data))
            .append("_typeBits", new BsonBinary(HexFormat.of().parseHex("A5554D56FF")));
    assertBothRefuse(token, 15, "Invalid advance (37) past end of buffer[4] at offset: 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz", "nonsense", "8", "826", "8 ", " 82", "0x82", "8\u0662", "-1"})
  void dataThatIsNotHexadecimal(String data) {
    assertBothRefuseHex(data, 9, "resume token string was not a valid hex string");
  }

  @ParameterizedTest
  @CsvSource({
    "0000000000, 50811, KeyString format error: Unknown type: 0",
    "A5554D56FF, 50811, KeyString format error: Unknown type: 165",
    "3C37, 50816, KeyString format error: Failed to find null terminator in string.",
    "82, 15, Invalid advance (8) past end of buffer[0] at offset: 0",
    "8262E2EE54, 15, Invalid advance (8) past end of buffer[4] at offset: 0",
  })
  void dataThatIsNoKeyString(String data, int code, String message) {
    assertBothRefuseHex(data, code, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "04", "0482"})
  void aTokenWithoutValues(String data) {
    assertBothRefuseHex(data, 40649, "invalid empty resume token");
  }

  @Test
  void aTokenWithoutVersion() {
    assertBothRefuseHex(TIME, 50796, "Resume Token does not contain version");
    assertBothRefuseHex(TIME + "04", 50796, "Resume Token does not contain version");
  }

  @Test
  void aVersionThatIsNoInt32() {
    String message = "Invalid resume token: wrong type for version";
    assertBothRefuseHex(TIME + "14", 50854, message);
    assertBothRefuseHex(TIME + "3C3100", 50854, message);
    // By its type bits: 1L.
    assertBothRefuse(
        new BsonDocument("_data", new BsonString(TIME + "2B022929" + "6E04"))
            .append("_typeBits", new BsonBinary(new byte[] {2})),
        50854,
        message);
  }

  @ParameterizedTest
  @CsvSource({
    "27FD, only supports version 0 or 1, 'only supports version 0, 1 and 2'",
    "2B06, only supports version 0 or 1, 'only supports version 0, 1 and 2'",
  })
  void aVersionThatNoServerKnows(String version, String olderMessage, String newerMessage) {
    BsonDocument token = token(TIME + version + "29296E1404");
    assertRefused(
        () -> ResumeTokenCodec.decodeAsServer(token, 1),
        50795,
        "Invalid Resume Token: " + olderMessage);
    assertRefused(
        () -> ResumeTokenCodec.decodeAsServer(token, 2),
        50795,
        "Invalid Resume Token: " + newerMessage);
    assertRefused(
        () -> ResumeTokenCodec.decode(token), 50795, "Invalid Resume Token: " + newerMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # Behind the cluster time: version 0
          29         | 50793 | Resume Token does not contain txnOpIndex
          296E       | 50855 | Resume Token txnOpIndex is not an integer
          2927FD     | 50794 | Invalid Resume Token: txnOpIndex should be non-negative
          29293C00   | 207   | uuid must be a 16-byte binary field with UUID (4) subtype
          # version 1
          2B02             | 51055 | Resume Token does not contain tokenType
          2B026E           | 51056 | Resume Token tokenType is not an int.
          2B022B02         | 51057 | Token type 1 not recognized
          2B022C00FE       | 51057 | Token type 127 not recognized
          2B022C0102       | 51057 | Token type 129 not recognized
          2B0227FD         | 51057 | Token type -1 not recognized
          2B0229           | 50793 | Resume Token does not contain txnOpIndex
          2B02296E         | 50855 | Resume Token txnOpIndex is not an integer
          2B022927FD       | 50794 | Invalid Resume Token: txnOpIndex should be non-negative
          2B022929         | 50872 | Resume Token does not contain fromInvalidate
          2B02292929       | 50870 | Resume Token fromInvalidate is not a boolean.
          2B0229296E46     | 15    | Invalid advance (1) past end of buffer[0] at offset: 0
          2B0229296E4600   | 207   | uuid must be a 16-byte binary field with UUID (4) subtype
          2B0229296E5A0F047F3C1C9E2F0A4D6E9B1F0123456789   | 207 \
          | uuid must be a 16-byte binary field with UUID (4) subtype
          2B0229296E5A10037F3C1C9E2F0A4D6E9B1F0123456789AB | 207 \
          | uuid must be a 16-byte binary field with UUID (4) subtype
          2B022C0100296E5A10047F3C1C9E2F0A4D6E9B1F0123456789AB460029   | 40646 \
          | invalid oversized resume token
          """)
  void aFieldOfVersion0Or1(String fields, int code, String message) {
    assertBothRefuseHex(TIME + fields, code, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2B04             | 51055   | Resume Token does not contain tokenType
          2B0429296E       | 6189500 | Expected UUID or null
          2B0429296E29     | 207     | uuid must be a 16-byte binary field with UUID (4) subtype
          2B0429296E144600 | 6189504 | Invalid high water mark token
          2B042C0100296E14 | 6189501 | Expected an eventIdentifier for an event resume token
          2B042C0100296E1414 | 6189503 | Resume Token eventIdentifier is not an object
          2B042C0100296E1446006E \
          | 7182501 | Resume token 'fragmentNum' must be a non-negative integer.
          2B042C0100296E14460027FD \
          | 7182501 | Resume token 'fragmentNum' must be a non-negative integer.
          2B042C0100296E1446002929 | 40646 | invalid oversized resume token
          """)
  void aFieldOfVersion2(String fields, int code, String message) {
    BsonDocument token = token(TIME + fields + "04");
    assertRefused(() -> ResumeTokenCodec.decode(token), code, message);
    assertRefused(() -> ResumeTokenCodec.decodeAsServer(token, 2), code, message);
    assertRefused(
        () -> ResumeTokenCodec.decodeAsServer(token, 1),
        50795,
        "Invalid Resume Token: only supports version 0 or 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          04                 | 40649   | invalid empty resume token
          6553               | 50811   | KeyString format error: Unknown type: 101
          826553F1000000000129               | 6189503 \
          | Resume Token eventIdentifier is not an object
          826553F10000000001460014           | 207 \
          | uuid must be a 16-byte binary field with UUID (4) subtype
          826553F10000000001145A10047F3C1C9E2F0A4D6E9B1F0123456789AB14 | 40646 \
          | invalid oversized resume token
          29                 | 22 \
          | the first value of a resume token is its cluster time, a timestamp; found a INT32
          """)
  void aBinDataToken(String hex, int code, String message) {
    BsonDocument token = new BsonDocument("_data", new BsonBinary(HexFormat.of().parseHex(hex)));
    assertRefused(() -> ResumeTokenCodec.decode(token), code, message);
  }

  private static void assertBothRefuse(String token, int code, String message) {
    assertBothRefuse(BsonDocument.parse(token), code, message);
  }

  private static void assertBothRefuseHex(String data, int code, String message) {
    assertBothRefuse(token(data), code, message);
  }

  private static void assertBothRefuse(BsonDocument token, int code, String message) {
    assertRefused(() -> ResumeTokenCodec.decode(token), code, message);
    assertRefused(() -> ResumeTokenCodec.decodeAsServer(token, 1), code, message);
    assertRefused(() -> ResumeTokenCodec.decodeAsServer(token, 2), code, message);
  }

  private static BsonDocument token(String data) {
    return new BsonDocument("_data", new BsonString(data));
  }
}
