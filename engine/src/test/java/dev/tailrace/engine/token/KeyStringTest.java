package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes and type bits of single values, both ways; values are written in Extended JSON. */
class KeyStringTest {

  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {$minKey: 1}                                          | 0A04
          {$undefined: true}                                    | 0F04
          null                                                  | 1404
          false                                                 | 6E04
          true                                                  | 6F04
          {$maxKey: 1}                                          | F004
          ""                                                    | 3C0004
          "a"                                                   | 3C610004
          "a\\u0000b"                                           | 3C6100FF620004
          "\\u0000"                                             | 3C00FF0004
          "\\u0000\\u0000"                                      | 3C00FF00FF0004
          "é€\\ud83d\\ude00"                                    | 3CC3A9E282ACF09F98800004
          "ÿ\\u0000ÿ"                                           | 3CC3BF00FFC3BF0004
          {$code: ""}                                           | A00004
          {$code: "f\\u0000"}                                   | A06600FF0004
          {$code: "g", $scope: {}}                              | AA67000004
          {$code: "\\u0000", $scope: {x: 1}}                    | AA00FF001E78002B020004
          {}                                                    | 460004
          {a: 1}                                                | 461E61002B020004
          {a: {b: true}, c: "d"}                                | 46466100466E62006F003C63003C64000004
          {"": null}                                            | 461400140004
          []                                                    | 500004
          [1, "x", [], {}]                                      | 502B023C7800500046000004
          {$oid: "0123456789abcdef01234567"}                    | 640123456789ABCDEF0123456704
          {$date: {$numberLong: "0"}}                           | 78800000000000000004
          {$date: {$numberLong: "-1"}}                          | 787FFFFFFFFFFFFFFF04
          {$date: {$numberLong: "1"}}                           | 78800000000000000104
          {$timestamp: {t: 1, i: 2}}                            | 82000000010000000204
          {$timestamp: {t: 4294967295, i: 4294967295}}          | 82FFFFFFFFFFFFFFFF04
          {$regularExpression: {pattern: "", options: ""}}      | 8C000004
          {$regularExpression: {pattern: "a.b", options: "im"}} | 8C612E6200696D0004
          {$dbPointer: {"$ref": "a.b", "$id": {"$oid": "0123456789abcdef01234567"}}} \
          | 9600000003612E620123456789ABCDEF0123456704
          {$binary: {base64: "", subType: "00"}}                | 5A000004
          {$binary: {base64: "AQID", subType: "80"}}            | 5A038001020304
          {$binary: {base64: "", subType: "02"}}                | 5A04020000000004
          {$binary: {base64: "AQID", subType: "02"}}            | 5A07020300000001020304
          {$uuid: "7f3c1c9e-2f0a-4d6e-9b1f-0123456789ab"} \
          | 5A10047F3C1C9E2F0A4D6E9B1F0123456789AB04
          """)
  void valuesThatNeedNoTypeBits(String json, String hex) {
    assertEncoding(json, hex, "");
  }

  @ParameterizedTest
  @CsvSource({
    "{$symbol: \"\"}, 3C0004, 01",
    "{$symbol: \"s\"}, 3C730004, 01",
  })
  void aSymbolIsAStringButForOneTypeBit(String json, String hex, String typeBits) {
    assertEncoding(json, hex, typeBits);
  }

  @Test
  void theLengthOfBinDataTakesFiveBytesFrom255() {
    assertBinaryBegins(254, "5AFE00");
    assertBinaryBegins(255, "5AFF000000FF00");
    assertBinaryBegins(256, "5AFF0000010000");
    assertBinaryBegins(65_536, "5AFF0001000000");
  }

  @Test
  void theInnerLengthOfSubtype2Counts() {
    byte[] data = new byte[251];
    String hex = KeyString.encode(List.of(new BsonBinary((byte) 2, data))).toHex();
    assertThat(hex).startsWith("5AFF000000FF02FB000000");
    assertDecodes(hex, new BsonBinary((byte) 2, data));
  }

  private static void assertBinaryBegins(int length, String hex) {
    BsonBinary binary = new BsonBinary((byte) 0, new byte[length]);
    String encoded = KeyString.encode(List.of(binary)).toHex();
    assertThat(encoded).startsWith(hex).hasSize(hex.length() + 2 * length + 2);
    assertDecodes(encoded, binary);
  }

  private static void assertDecodes(String hex, BsonValue value) {
    assertThat(KeyString.of(HEX.parseHex(hex), new byte[0]).decode()).containsExactly(value);
  }

  @Test
  void fieldsAreInDocumentOrder() {
    assertEncoding("{b: 1, a: 2}", "461E62002B021E61002B040004", "");
  }

  @Test
  void valuesFollowOneAnother() {
    KeyString keyString = KeyString.encode(BsonArray.parse("[1, 'a', {}, null]"));
    assertThat(keyString.toHex()).isEqualTo("2B023C610046001404");
    assertThat(keyString.decode()).isEqualTo(BsonArray.parse("[1, 'a', {}, null]").getValues());
  }

  @Test
  void noValuesAreJustTheEnd() {
    assertThat(KeyString.encode(List.of()).toHex()).isEqualTo("04");
    assertThat(KeyString.of(HEX.parseHex("04"), new byte[0]).decode()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"2B02, ''", "2B0204FF, what follows the end is ignored", "2B020400, nor read"})
  void theEndMayBeMissingAndWhatFollowsItIsIgnored(String hex, String why) {
    assertThat(KeyString.of(HEX.parseHex(hex), new byte[0]).decode())
        .as(why)
        .isEqualTo(BsonArray.parse("[1]").getValues());
  }

  @ParameterizedTest
  @CsvSource({"2B020104", "2B02FE04", "012B0204", "FE2B0204"})
  void aDiscriminatorIsSkipped(String hex) {
    assertThat(KeyString.of(HEX.parseHex(hex), new byte[0]).decode())
        .isEqualTo(BsonArray.parse("[1]").getValues());
  }

  @Test
  void aTextMayEndWithTheInput() {
    assertDecodes("3C6100", new BsonString("a"));
    assertDecodes("3C6100FF6200", new BsonString("a\0b"));
  }

  @Test
  void isEqualByBytesAndTypeBits() {
    KeyString one = KeyString.encode(BsonArray.parse("[1]"));
    KeyString oneLong = KeyString.encode(BsonArray.parse("[{$numberLong: '1'}]"));
    assertThat(one)
        .isEqualTo(KeyString.of(one.bytes(), one.typeBits()))
        .hasSameHashCodeAs(KeyString.of(one.bytes(), one.typeBits()))
        .isNotEqualTo(oneLong)
        .isNotEqualTo(KeyString.encode(BsonArray.parse("[2]")))
        .doesNotHaveSameHashCodeAs(KeyString.encode(BsonArray.parse("[2]")))
        .isNotEqualTo("2B0204");
    assertThat(one).hasToString("2B0204");
    assertThat(oneLong).hasToString("2B0204/02");
  }

  @Test
  void cannotBeChangedFromOutside() {
    byte[] bytes = HEX.parseHex("2B0204");
    byte[] typeBits = HEX.parseHex("02");
    KeyString keyString = KeyString.of(bytes, typeBits);
    bytes[0] = 0;
    typeBits[0] = 0;
    keyString.bytes()[0] = 0;
    keyString.typeBits()[0] = 0;
    assertThat(keyString).hasToString("2B0204/02");
  }

  static void assertEncoding(String json, String hex, String typeBits) {
    BsonValue value = BsonDocument.parse("{v: " + json + "}").get("v");
    KeyString encoded = KeyString.encode(List.of(value));
    assertThat(encoded.toHex()).isEqualTo(hex);
    assertThat(HEX.formatHex(encoded.typeBits())).isEqualToIgnoringCase(typeBits);
    assertThat(KeyString.of(HEX.parseHex(hex), HEX.parseHex(typeBits)).decode())
        .hasToString(List.of(value).toString());
  }
}
