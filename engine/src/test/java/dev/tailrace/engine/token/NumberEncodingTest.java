package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.KeyStringTest.assertEncoding;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes and type bits of int32, int64 and double, around every border between two encodings. */
class NumberEncodingTest {

  @ParameterizedTest
  @CsvSource({
    "0, 2904",
    "1, 2B0204",
    "-1, 27FD04",
    "127, 2BFE04",
    "-127, 270104",
    "128, 2C010004",
    "-128, 26FEFF04",
    "32767, 2CFFFE04",
    "-32767, 26000104",
    "32768, 2D01000004",
    "8388607, 2DFFFFFE04",
    "8388608, 2E0100000004",
    "2147483647, 2EFFFFFFFE04",
    "-2147483647, 240000000104",
    "-2147483648, 23FEFFFFFFFF04",
  })
  void int32(String number, String hex) {
    assertEncoding("{$numberInt: '" + number + "'}", hex, "");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2904",
    "1, 2B0204",
    "-1, 27FD04",
    "2147483648, 2F010000000004",
    "549755813887, 2FFFFFFFFFFE04",
    "549755813888, 3001000000000004",
    "140737488355327, 30FFFFFFFFFFFE04",
    "140737488355328, 310100000000000004",
    "36028797018963967, 31FFFFFFFFFFFFFE04",
    "-36028797018963967, 210000000000000104",
    "36028797018963968, 32010000000000000004",
    "-36028797018963968, 20FEFFFFFFFFFFFFFF04",
    "9223372036854775807, 32FFFFFFFFFFFFFFFE04",
    "-9223372036854775807, 20000000000000000104",
    "-9223372036854775808, 1FF83FFFFFFFFFFFFF04",
  })
  void int64(String number, String hex) {
    assertEncoding("{$numberLong: '" + number + "'}", hex, "02");
  }

  @ParameterizedTest
  @CsvSource({
    "0.0, 2904",
    "NaN, 1E04",
    "1.0, 2B0204",
    "-1.0, 27FD04",
    "1.5, 2B038000000000000004",
    "-1.5, 27FC7FFFFFFFFFFFFF04",
    "2.5, 2B058000000000000004",
    "12345.678, 2C6073AD916872B00004",
    "127.5, 2BFF8000000000000004",
    "128.5, 2C010180000000000004",
    "-128.5, 26FEFE7FFFFFFFFFFF04",
    "32767.5, 2CFFFF80000000000004",
    "32768.5, 2D010001800000000004",
    "8388608.25, 2E010000014000000004",
    "2147483647.5, 2EFFFFFFFF8000000004",
    "549755813888.5, 30010000000001800004",
    "140737488355328.5, 31010000000000018004",
    "4503599627370495.5, 311FFFFFFFFFFFFF8004",
    "9007199254740991.0, 313FFFFFFFFFFFFE04",
    "9007199254740992.0, 314000000000000004",
    "-9007199254740992.0, 21BFFFFFFFFFFFFF04",
    "9.223372036854775E18, 32FFFFFFFFFFFFF80004",
    "9.223372036854775808E18, 3307C000000000000004",
    "-9.223372036854775808E18, 1FF83FFFFFFFFFFFFF04",
    "1.7976931348623157E308, 337FDFFFFFFFFFFFFE04",
    "-1.7976931348623157E308, 1F802000000000000104",
    "Infinity, 33FFFFFFFFFFFFFFFF04",
    "-Infinity, 1F000000000000000004",
    "0.9999999999999999, 2AFFBFFFFFFFFFFFFC04",
    "-0.9999999999999999, 28004000000000000304",
    "0.5, 2AFF8000000000000004",
    "0.1, 2AFEE666666666666804",
    "-0.1, 28011999999999999704",
    "1e-77, 2ABFE50DB01D8321B804",
    "1.727233711018889e-77, 2AC00000000000000004",
    "1.7272337110188887e-77, 2ABFFFFFFFFFFFFFFE04",
    "2e-307, 2A6083F43058818C1A04",
    "2.2250738585072014E-308, 2A602000000000000004",
    "2.225073858507201E-308, 2A601FFFFFFFFFFFFC04",
    "5e-324, 2A59A000000000000004",
    "-5e-324, 28A65FFFFFFFFFFFFF04",
  })
  void doubles(String number, String hex) {
    assertEncoding("{$numberDouble: '" + number + "'}", hex, "01");
  }

  @Test
  void negativeZeroIsZeroButForItsTypeBits() {
    assertEncoding("{$numberDouble: '-0.0'}", "2904", "03");
  }

  @Test
  void aNegativeNaNIsNaN() {
    double negativeNaN = Double.longBitsToDouble(0xFFF8000000000001L);
    KeyString keyString = KeyString.encode(List.of(new BsonDouble(negativeNaN)));
    assertThat(keyString).hasToString("1E04/01");
  }

  /** Nothing is lost of an int64 that a double could not hold. */
  @Test
  void int64IsReadExactly() {
    assertEncoding("{$numberLong: '9007199254740993'}", "314000000000000204", "02");
    assertEncoding("{$numberLong: '-9007199254740993'}", "21BFFFFFFFFFFFFD04", "02");
  }

  /** What happens to numbers whose type bits a client has dropped. */
  @ParameterizedTest
  @CsvSource({
    "2B0204, 1",
    "2EFFFFFFFE04, 2147483647",
    "2F010000000004, -2147483648",
    "2F020000000004, 0",
    "32FFFFFFFFFFFFFFFE04, -1",
  })
  void withoutTypeBitsTheLow32BitsOfAnIntegerAreRead(String hex, int expected) {
    assertThat(KeyString.of(HexFormat.of().parseHex(hex), new byte[0]).decode())
        .containsExactly(new BsonInt32(expected));
  }

  /** A reader takes these, though no writer makes them. */
  @ParameterizedTest
  @CsvSource({
    "2B0004, 00, '[{\"$numberInt\": \"0\"}]'",
    "2B0004, 01, '[{\"$numberDouble\": \"0.0\"}]'",
    "27FF04, 01, '[{\"$numberDouble\": \"0.0\"}]'",
    "2C000204, 02, '[{\"$numberLong\": \"1\"}]'",
    "2B018000000000000004, 01, '[{\"$numberDouble\": \"0.5\"}]'",
    "2A400000000000000004, 01, '[{\"$numberDouble\": \"0.0\"}]'",
    "33000000000000000004, 01, '[{\"$numberDouble\": \"2.0\"}]'",
    "337FE000000000000004, 01, '[{\"$numberDouble\": \"Infinity\"}]'",
  })
  void sloppyEncodingsAreRead(String hex, String typeBits, String json) {
    List<BsonValue> values =
        KeyString.of(HexFormat.of().parseHex(hex), HexFormat.of().parseHex(typeBits)).decode();
    assertThat(values).isEqualTo(BsonArray.parse(json).getValues());
  }
}
