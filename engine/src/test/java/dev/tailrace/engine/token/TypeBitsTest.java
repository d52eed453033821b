package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How type bits are packed and serialised. */
class TypeBitsTest {

  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "0, ''",
    "00000000000000000, ''",
    "1, 01",
    "01, 02",
    "0000001, 40",
    // A single byte of 80 or more would be taken for a size.
    "00000001, 8180",
    "11111111, 81FF",
    "000000001, 820001",
    // Trailing zeros count.
    "10000000, 01",
    "100000000, 820100",
    "00000000100000000000000000, 8400010000",
  })
  void bitsAreSerialisedLowestFirst(String bits, String serialised) {
    TypeBitsWriter writer = new TypeBitsWriter();
    bits.chars().forEach(bit -> writer.append(bit - '0', 1));
    assertThat(HEX.formatHex(writer.serialise())).isEqualToIgnoringCase(serialised);
    assertThat(read(serialised, bits.length())).isEqualTo(bits);
  }

  @Test
  void severalBitsAreAppendedMostSignificantFirst() {
    TypeBitsWriter writer = new TypeBitsWriter();
    writer.append(0b10, 2);
    writer.append(0xFFFF_FFF1, 4); // Only as many as are asked for.
    assertThat(HEX.formatHex(writer.serialise())).isEqualTo("21");
    TypeBitsReader reader = TypeBitsReader.of(HEX.parseHex("21"));
    assertThat(reader.read(2)).isEqualTo(0b10);
    assertThat(reader.read(4)).isEqualTo(0b0001);
  }

  @Test
  void upTo127BytesHaveTheShortForm() {
    assertThat(HEX.formatHex(firstBitOf(127 * 8))).startsWith("ff0100").hasSize(2 * 128);
    assertThat(read(HEX.formatHex(firstBitOf(127 * 8)), 127 * 8)).startsWith("10").hasSize(1016);
  }

  @Test
  void from128BytesTheSizeTakesFourBytesLittleEndian() {
    assertThat(HEX.formatHex(firstBitOf(127 * 8 + 1)))
        .startsWith("80800000000100")
        .hasSize(2 * 133);
    assertThat(HEX.formatHex(firstBitOf(300 * 8))).startsWith("802c0100000100").hasSize(2 * 305);
    assertThat(read(HEX.formatHex(firstBitOf(300 * 8)), 2400)).startsWith("10").hasSize(2400);
  }

  private static byte[] firstBitOf(int count) {
    TypeBitsWriter writer = new TypeBitsWriter();
    writer.append(1, 1);
    IntStream.range(1, count).forEach(i -> writer.append(0, 1));
    return writer.serialise();
  }

  @ParameterizedTest
  @CsvSource({"'', nothing", "00, a zero byte", "00FF, whatever follows it"})
  void withoutTypeBitsEveryBitIsZeroWithoutEnd(String serialised, String why) {
    assertThat(read(serialised, 1000)).as(why).isEqualTo("0".repeat(1000));
  }

  @ParameterizedTest
  @CsvSource({
    "01, 8, 50615",
    "7FFF, 8, 50615", // What follows a single byte is none of it.
    "8100, 8, 50615", // All zero, but not without end.
    "8201020304, 16, 50615",
  })
  void readingPastTheLastByteFails(String serialised, int bits, int code) {
    TypeBitsReader reader = TypeBitsReader.of(HEX.parseHex(serialised));
    IntStream.range(0, bits).forEach(i -> reader.read(1));
    Refusals.assertRefused(
        () -> reader.read(1), code, "KeyString format error: Invalid size byte(s).");
  }

  @ParameterizedTest
  @CsvSource({
    "81, 15, Invalid advance (1) past end of buffer[0] at offset: 0",
    "A5554D56FF, 15, Invalid advance (37) past end of buffer[4] at offset: 0",
    "80, 15, Invalid advance (4) past end of buffer[0] at offset: 0",
    "80FFFFFF, 15, Invalid advance (4) past end of buffer[3] at offset: 0",
    "80FFFFFFFF, 15, Invalid advance (4294967295) past end of buffer[0] at offset: 0",
    "8080000000, 15, Invalid advance (128) past end of buffer[0] at offset: 0",
    "807F000000, 50910, KeyString format error: Invalid overlong encoding.",
    "8000000000, 50910, KeyString format error: Invalid overlong encoding.",
  })
  void aSizeThatIsNotTrueIsRefused(String serialised, int code, String message) {
    Refusals.assertRefused(() -> TypeBitsReader.of(HEX.parseHex(serialised)), code, message);
  }

  private static String read(String serialised, int count) {
    TypeBitsReader reader = TypeBitsReader.of(HEX.parseHex(serialised));
    StringBuilder bits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      bits.append(reader.read(1));
    }
    return bits.toString();
  }
}
