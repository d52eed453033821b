package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.KeyStringTest.assertEncoding;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bson.BsonDecimal128;
import org.bson.types.Decimal128;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes and type bits of Decimal128, around every border between two ways to encode it. */
class DecimalEncodingTest {

  @ParameterizedTest
  @CsvSource({
    "100, 2BC804, 07",
    "1E+2, 2BC804, 47",
    "0.5, 2AFF8000000000000004, 81FB",
    "1.500, 2B038000000000000004, 81BB",
    "1000000000000001, 31071AFD498D000204, 07",
    "1.000000000000000000000000000000000, 2B0204, 81FF",
  })
  void whatIsADoubleIsEncodedAsOne(String decimal, String hex, String typeBits) {
    assertDecimal(decimal, hex, typeBits);
  }

  @ParameterizedTest
  @CsvSource({
    "1.10, 2B031999999999999204, 7B",
    "-1.1, 27FCE666666666666D04, 81FB",
    "0.02, 2AFE51EB851EB851EA04, 7B",
    "0.3, 2AFF4CCCCCCCCCCCCE04, 81FB",
    "-0.3, 2800B333333333333104, 81FB",
    "127.1, 2BFF1999999999980204, 81FB",
    "128.1, 2C010119999999999A04, 81FB",
    "1.00000000000001, 2B03000000000002D204, 4B",
    "1.100000000000000000000000000000000, 2B031999999999999204, 81FF",
  })
  void fifteenDigitsNeedNoContinuation(String decimal, String hex, String typeBits) {
    assertDecimal(decimal, hex, typeBits);
  }

  @ParameterizedTest
  @CsvSource({
    // Below the double rounded up to 15 digits, and above it.
    "3.141592653589793238462643383279502, 2B07243F6A8885A30101B314FA3FD986D404, 81FF",
    "0.1000000000000000055511151231257827, 2AFEE666666666666713426172C74D822B04, 7F",
    "1.000000000000000000000000000000001, 2B0300000000000003000000000000000104, 81FF",
    "1.000000000000001, 2B0300000000000041018D452283FF31CF04, 818B",
  })
  void moreDigitsContinue(String decimal, String hex, String typeBits) {
    assertDecimal(decimal, hex, typeBits);
  }

  @ParameterizedTest
  @CsvSource({
    "9007199254740991.5, 313FFFFFFFFFFFFF0106F05B59D3B2000004, 81FB",
    "9007199254740992, 314000000000000004, 07",
    "9007199254740992.5, 31400000000000010306F05B59D3B2000004, 81FB",
    "9007199254740993, 314000000000000204, 07",
    "9007199254740993.5, 31400000000000030306F05B59D3B2000004, 81FB",
    "-9007199254740993.5, 21BFFFFFFFFFFFFCFCF90FA4A62C4DFFFF04, 81FB",
    "36028797018963967.5, 31FFFFFFFFFFFFFF0300B1A2BC2EC5000004, 81FB",
    "36028797018963968, 32010000000000000004, 07",
    "36028797018963968.5, 32010000000000000100B1A2BC2EC5000004, 81FB",
    "-36028797018963968.5, 20FEFFFFFFFFFFFFFEFF4E5D43D13AFFFF04, 81FB",
    "9223372036854775807, 32FFFFFFFFFFFFFFFE04, 07",
    "9223372036854775807.5, 32FFFFFFFFFFFFFFFF0001C6BF5263400004, 81FB",
  })
  void from2To53TheIntegerPartIsExact(String decimal, String hex, String typeBits) {
    assertDecimal(decimal, hex, typeBits);
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775808, 3307C000000000000004, 07",
    "9223372036854775809, 3307C000000000000100038D7EA4C6800004, 07",
    "-9223372036854775809, 1FF83FFFFFFFFFFFFEFFFC72815B397FFF04, 07",
    "1E+25, 330A41165458500521113ABE640000000004, 819F",
    "1.797693134862315708145274237317043E+308, 337FDFFFFFFFFFFFFD02C5109E63D27FEC04, 81CF",
  })
  void from2To63ThereIsOneBitForAContinuation(String decimal, String hex, String typeBits) {
    assertDecimal(decimal, hex, typeBits);
  }

  @ParameterizedTest
  @CsvSource({
    "1.727233711018888925077270372560079E-77, 2ABFFFFFFFFFFFFFFF02A94608F8D29FBA04, 4F",
    "1.727233711018888925077270372560080E-77, 2AC000000000000001000000000000000004, 4F",
    "1E-90, 2ABA8097B309321CDF00B3DB1B3F0DEF1104, 63",
    "-1E-90, 28457F684CF6CDE320FF4C24E4C0F210EE04, 63",
    "2.225073858507201383090232717332405E-308, 2A6020000000000001000000000000000004, 81D3",
  })
  void belowTwoToMinus255ThereIsOneBitToo(String decimal, String hex, String typeBits) {
    assertDecimal(decimal, hex, typeBits);
  }

  @ParameterizedTest
  @CsvSource({
    "2.225073858507201383090232717332404E-308, 2A601FFFFFFFFFFFFF036DA30B2A0BB4A904, 81D3",
    "4.940656458412465441765687928682214E-324, 2A59A0000000000001000000000000000204, 81DF",
    "-4.940656458412465441765687928682214E-324, 28A65FFFFFFFFFFFFEFFFFFFFFFFFFFFFD04, 81DF",
  })
  void amongSubnormalDoublesTheDecimalIsScaled(String decimal, String hex, String typeBits) {
    assertDecimal(decimal, hex, typeBits);
  }

  @ParameterizedTest
  @CsvSource({
    "4.940656458412465441765687928682213E-324, 2A2D76F397DA03AF06AA833FD25715F6E504, 81DF",
    "2.470328229206232720882843964341107E-324, 2A2D7679CBED01D78355419FE92B8AFB7304, 81DF",
    "1E-5000, 2A08EE314DC6448D9338C15B0A0000000004, 1B",
    "1E-6176, 2A0000000000000000000000000000000104, 03",
    "-1E-6176, 28FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE04, 03",
    "1.797693134862315708145274237317044E+308, 33B26658A213CC7A4FFAE03C4825156FB404, 81CF",
    "1E+6111, 33DFBC314DC6448D9338C15B0A0000000004, 81FF",
    "9.999999999999999999999999999999999E+6144, 33DFFFED09BEAD87C0378D8E63FFFFFFFF04, 81FF",
    "-9.999999999999999999999999999999999E+6144, 1F200012F64152783FC872719C0000000004, 81FF",
  })
  void beyondTheDoublesAllDigitsAreWritten(String decimal, String hex, String typeBits) {
    assertDecimal(decimal, hex, typeBits);
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, 1E04, 03",
    "Infinity, 33FFFFFFFFFFFFFFFF04, 03",
    "-Infinity, 1F000000000000000004, 03",
    "0, 2904, 833B0800",
    "0E+3, 2904, 833B8801",
    "-0, 2904, 832F0800",
    "0E-6176, 2904, 830B0000",
    "-0E-6176, 2904, 83170000",
    "0E+6111, 2904, 83E7FF01",
    "-0E+6111, 2904, 83FFFF01",
  })
  void specialValues(String decimal, String hex, String typeBits) {
    assertDecimal(decimal, hex, typeBits);
  }

  /** A coefficient of more than 34 digits, or the encoding that can only hold such, means zero. */
  @ParameterizedTest
  @CsvSource({
    "6001000000000000, 0000000000000000, 0E-6174",
    "6C10000000000000, 0000000000000000, 0",
    "3041ED09BEAD87C0, 378D8E6400000000, 0",
    "B041ED09BEAD87C0, 378D8E6400000000, -0",
    "3041ED09BEAD87C0, 378D8E63FFFFFFFF, 9999999999999999999999999999999999",
  })
  void aCoefficientThatIsTooLargeIsZero(String high, String low, String equal) {
    Decimal128 decimal =
        Decimal128.fromIEEE754BIDEncoding(
            Long.parseUnsignedLong(high, 16), Long.parseUnsignedLong(low, 16));
    assertThat(KeyString.encode(List.of(new BsonDecimal128(decimal))))
        .isEqualTo(KeyString.encode(List.of(new BsonDecimal128(Decimal128.parse(equal)))));
  }

  @Test
  void aNegativeNaNIsNaN() {
    Decimal128 negativeNaN = Decimal128.fromIEEE754BIDEncoding(0xFC00000000000001L, 7);
    assertThat(KeyString.encode(List.of(new BsonDecimal128(negativeNaN)))).hasToString("1E04/03");
  }

  private static void assertDecimal(String decimal, String hex, String typeBits) {
    assertEncoding("{$numberDecimal: '" + decimal + "'}", hex, typeBits);
  }
}
