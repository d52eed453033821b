package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonRegularExpression;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no KeyString, and what cannot be one: with the server's codes and messages. */
class KeyStringRefusalsTest {

  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource({
    "0000000000, 0",
    "A5554D56FF, 165",
    "02, 2",
    "1D, 29",
    "34, 52",
    "3B, 59",
    "3D, 61",
    "FF, 255",
    "0101, 1",
    "50FF, 255",
  })
  void anUnknownTypeByte(String hex, int ctype) {
    assertDecodeRefused(hex, "", 50811, "KeyString format error: Unknown type: " + ctype);
  }

  @ParameterizedTest
  @CsvSource({"3C37", "3C", "3C6100FF", "3C6100FF62", "A061", "8C61", "8C610062", "461461"})
  void textWithoutItsEnd(String hex) {
    assertDecodeRefused(
        hex, "", 50816, "KeyString format error: Failed to find null terminator in string.");
  }

  @ParameterizedTest
  @CsvSource({
    "82, 8, 0",
    "8262E2EE54, 8, 4",
    "82FFFFFFFFFFFFFF, 8, 7",
    "78FFFFFFFFFFFFFF, 8, 7",
    "64FFFFFFFFFFFFFFFFFFFFFF, 12, 11",
    "5A, 1, 0",
    "5A01, 1, 0",
    "5A0100, 1, 0",
    "5A020001, 2, 1",
    "5AFF000000, 4, 3",
    "5AFF7FFFFFFF00, 2147483647, 0",
    "5AFFFFFFFFFF00, 4294967295, 0",
    "96000000, 4, 3",
    "96FFFFFFFF61, 4294967295, 1",
    "960000000161FFFFFFFFFFFFFFFFFFFFFF, 12, 11",
    "46, 1, 0",
    "46146100, 1, 0",
    "4614610014, 1, 0",
    "50, 1, 0",
    "5014, 1, 0",
    "01, 1, 0",
    "FE, 1, 0",
    "2B, 1, 0",
    "2C01, 1, 0",
    "2B03FFFF, 1, 0",
    "2AFF, 8, 1",
    "28FF, 8, 1",
    "33FFFFFFFFFFFFFF, 8, 7",
    "1F, 8, 0",
  })
  void inputThatEndsWithinAValue(String hex, long wanted, int left) {
    assertDecodeRefused(
        hex,
        "",
        15,
        "Invalid advance (%d) past end of buffer[%d] at offset: 0".formatted(wanted, left));
  }

  /** Type bits: 00 int32, 02 int64, 01 double, 03 decimal; read from the right. */
  @ParameterizedTest
  @CsvSource({
    "1E, 00, 50819, Invalid type bits for numeric NaN",
    "1E, 02, 50819, Invalid type bits for numeric NaN",
    "2B038000000000000004, 00, 50810, Expected type Decimal.",
    "2B038000000000000004, 02, 50810, Expected type Decimal.",
    "32010000000000000104, 00, 50810, Expected type Decimal.",
    "33FFFFFFFFFFFFFFFF, 00, 50826, Unexpected type of large number.",
    "3307C0000000000000, 00, 50826, Unexpected type of large number.",
    "33FFFFFFFFFFFFFFFF, 02, 50821, Unexpected value for large number.",
    "3307C0000000000000, 02, 50821, Unexpected value for large number.",
    "1F0000000000000000, 02, 50821, Unexpected value for large number.",
    "1FF83FFFFFFFFFFFFD, 02, 50821, Unexpected value for large number.",
    "337FE0000000000000, 03, 50821, Unexpected value for large number.",
    "337FE0000000000002, 03, 50821, Unexpected value for large number.",
    "33B26658A213CC7A4F, 00, 50818, Invalid type bits for decimal number.",
    "33B26658A213CC7A4F, 01, 50818, Invalid type bits for decimal number.",
    "2A59A0000000000001, 01, 50822, Unexpected decimal continuation.",
    "2A59A0000000000000, 00, 50823, Expected decimal continuation.",
    "2A59A0000000000001, 02, 50823, Expected decimal continuation.",
    "2A59A0000000000000, 03, 50823, Expected decimal continuation.",
    "2AFEE6666666666667, 01, 50824, Decimal contuation mismatch.",
    "2AFEE6666666666668, 00, 50825, 'Unexpected type for small number, expected decimal.'",
    "2AFEE6666666666668, 02, 50825, 'Unexpected type for small number, expected decimal.'",
    "29, 83130000, 50846, Invalid numeric zero decimal.",
    "29, 83F3FF01, 50846, Invalid numeric zero decimal.",
    "29, 1F, 50615, Invalid size byte(s).",
    "2B00, 03, 50829, Expected non-zero number for decimal.",
    "2AC000000000000001 0000000000000000, 03, 50814, "
        + "Unexpected exponent values after adjusting Decimal.",
    "2A0000000000000000 0000000000000000, 03, 50829, Expected non-zero number for decimal.",
    "2A4000000000000001 0000000000000001, 03, 50829, Expected non-zero number for decimal.",
    "2B01000000000000030000000000000000, 03, 50829, Expected non-zero number for decimal.",
    "33E0000000000000000000000000000001, 03, 50829, Expected non-zero number for decimal.",
  })
  void typeBitsThatContradictTheBytes(String hex, String typeBits, int code, String message) {
    assertDecodeRefused(
        hex.replace(" ", "") + "04", typeBits, code, "KeyString format error: " + message);
  }

  /** 5, with every exponent whose low six bits are given: only those from -33 to 0 can be its. */
  @ParameterizedTest
  @CsvSource({
    "32, 5", // 6176 % 64
    "31, 5.0",
    "0, 5.00000000000000000000000000000000",
    "63, 5.000000000000000000000000000000000",
  })
  void anExponentThatFits(int sixBits, String decimal) {
    assertThat(decodeFive(sixBits)).hasToString("BsonDecimal128{value=" + decimal + "}");
  }

  @ParameterizedTest
  @CsvSource({"33", "62"})
  void anExponentThatDoesNotFit(int sixBits) {
    assertRefused(
        () -> decodeFive(sixBits),
        50814,
        "KeyString format error: Unexpected exponent values after adjusting Decimal.");
  }

  private static BsonValue decodeFive(int sixBits) {
    TypeBitsWriter typeBits = new TypeBitsWriter();
    typeBits.append(TypeBits.DECIMAL, 2);
    typeBits.append(sixBits, 6);
    return KeyString.of(HEX.parseHex("2B0A04"), typeBits.serialise()).decode().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    // 1E-6176 can have no lower exponent, 9.99...E+6144 no higher one.
    "2A00000000000000000000000000000001, 81FF",
    "33DFFFED09BEAD87C0378D8E63FFFFFFFF, 03",
    "33DFFE314DC6448D9338C15B0A00000000, 03", // 1E+6144 as 1E+6112
    "33DFFE314DC6448D9338C15B0A00000000, 07", // 1E+6144 as it is
  })
  void anExponentBeyondTheRange(String hex, String typeBits) {
    assertDecodeRefused(
        hex + "04",
        typeBits,
        50814,
        "KeyString format error: Unexpected exponent values after adjusting Decimal.");
  }

  @ParameterizedTest
  @CsvSource({
    "3CFF00, text that is not UTF-8: \uFFFD",
    "3CC300, text that is not UTF-8: \uFFFD",
    "4614FF0014, text that is not UTF-8: \uFFFD",
    "A0EDA08000, text that is not UTF-8: \uFFFD",
    "46146100141461001400, a document that has the field \"a\" twice",
    "5A0302000000, BinData of subtype 2 whose inner length does not fit",
    "5A040201000000, BinData of subtype 2 whose inner length does not fit",
    "5A050202000000FF, BinData of subtype 2 whose inner length does not fit",
  })
  void bytesThatAreNoBson(String hex, String message) {
    assertDecodeRefused(hex + "04", "", 22, message);
  }

  @Test
  void theReplacementCharacterIsText() {
    assertThat(KeyString.of(HEX.parseHex("3CEFBFBD0004"), new byte[0]).decode())
        .isEqualTo(BsonArray.parse("['\uFFFD']").getValues());
  }

  private static List<BsonValue> decode(String hex) {
    return KeyString.of(HEX.parseHex(hex), new byte[0]).decode();
  }

  private static void assertDecodeRefused(String hex, String typeBits, int code, String message) {
    KeyString keyString = KeyString.of(HEX.parseHex(hex), HEX.parseHex(typeBits));
    assertRefused(keyString::decode, code, message);
  }

  /** In arrays, documents, and code with scope, which counts for two. */
  @ParameterizedTest
  @CsvSource({"50, 199, 14", "46466100, 199, 14", "AA00466100, 99, 501400"})
  void valuesNestTo200Levels(String start, int times, String innermost) {
    String message =
        "KeyString format error: "
            + "KeyString encoding exceeded maximum allowable BSON nesting depth";

    List<BsonValue> values = decode(nest(start, times, innermost));
    assertThat(KeyString.encode(values).decode()).isEqualTo(values);

    BsonArray deeper = new BsonArray(values);
    assertRefused(() -> KeyString.encode(List.of(deeper)), 15, message);
    assertDecodeRefused(nest(start, times, "50" + innermost + "00"), "", 15, message);
  }

  private static String nest(String start, int times, String value) {
    return start.repeat(times) + value + "00".repeat(times) + "04";
  }

  @Test
  void thereAreAtMost32Values() {
    List<BsonValue> values = Collections.nCopies(32, new BsonInt32(1));
    assertThat(KeyString.encode(values).decode()).isEqualTo(values);

    String message = "Ordering offset is out of bounds: 32";
    assertRefused(() -> KeyString.encode(Collections.nCopies(33, new BsonInt32(1))), 15, message);
    assertDecodeRefused("2B02".repeat(33), "", 15, message);
  }

  @Test
  void namesAndPatternsHaveNoNul() {
    String message = "a field name or a part of a regular expression must not contain a NUL: ";
    assertRefused(
        () -> KeyString.encode(List.of(new BsonDocument("a\0", new BsonInt32(1)))),
        22,
        message + "a\0");
    assertRefused(
        () -> KeyString.encode(List.of(new BsonRegularExpression("\0b"))), 22, message + "\0b");
    assertRefused(
        () -> KeyString.encode(List.of(new BsonRegularExpression("b", "i\0"))),
        22,
        message + "\0i");
  }
}
