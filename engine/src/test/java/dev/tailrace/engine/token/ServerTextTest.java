package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values in the server's messages. */
class ServerTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                       | {}
          {a: 1, b: {c: "d"}}                      | {a: 1, b: {c: "d"}}
          [1, [], "x"]                             | [1, [], "x"]
          {$numberLong: "-5"}                      | -5
          {$numberDecimal: "1.10"}                 | 1.10
          true                                     | true
          null                                     | null
          {$undefined: true}                       | undefined
          {$minKey: 1}                             | MinKey
          {$maxKey: 1}                             | MaxKey
          {$symbol: "s"}                           | Symbol("s")
          {$code: "f"}                             | Code("f")
          {$code: "f", $scope: {x: 1}}             | CodeWScope("f", {x: 1})
          {$oid: "0123456789abcdef01234567"}       | 0123456789abcdef01234567
          {$binary: {base64: "/wo=", subType: "80"}} | BinData(128, "FF0A")
          {$timestamp: {t: 4294967295, i: 2}}      | Timestamp(4294967295, 2)
          {$timestamp: {t: 1, i: 4294967295}}      | Timestamp(1, 4294967295)
          {$regularExpression: {pattern: "a", options: "i"}} | /a/i
          {$dbPointer: {"$ref": "a.b", "$id": {"$oid": "0123456789abcdef01234567"}}} \
          | DBRef("a.b", 0123456789abcdef01234567)
          {$date: {$numberLong: "1700000000123"}}  | 2023-11-14T22:13:20.123Z
          {$date: {$numberLong: "-62167219200000"}} | 0000-01-01T00:00:00.000Z
          {$date: {$numberLong: "-62167219200001"}} | illegal date
          {$date: {$numberLong: "253402300799999"}} | 9999-12-31T23:59:59.999Z
          {$date: {$numberLong: "253402300800000"}} | illegal date
          """)
  void values(String json, String text) {
    assertText(json, text);
  }

  /** Six digits, as C++ streams print them. */
  @ParameterizedTest
  @CsvSource({
    "0.0, 0",
    "-0.0, -0",
    "5.0, 5",
    "-1.5, -1.5",
    "0.1, 0.1",
    "100000.0, 100000",
    "123456.5, 123456",
    "123457.5, 123458",
    "999999.4, 999999",
    "999999.5, 1e+06",
    "1000000.0, 1e+06",
    "1234567.0, 1.23457e+06",
    "1e100, 1e+100",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "-1.25e-10, -1.25e-10",
    "NaN, nan",
    "Infinity, inf",
    "-Infinity, -inf",
  })
  void doubles(String number, String text) {
    assertText("{$numberDouble: '" + number + "'}", text);
  }

  private static void assertText(String json, String text) {
    assertThat(ServerText.of(BsonArray.parse("[" + json + "]").get(0))).isEqualTo(text);
  }
}
