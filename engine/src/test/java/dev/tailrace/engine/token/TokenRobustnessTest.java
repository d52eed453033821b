package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Whatever the bytes of a token are: it is read, or refused with a code. */
class TokenRobustnessTest {

  @Provide
  Arbitrary<byte[]> bytes() {
    return Arbitraries.oneOf(
        Arbitraries.bytes().array(byte[].class).ofMaxSize(60), likelyTypes(), mutatedValues());
  }

  /** Mostly bytes that are types or ends. */
  private static Arbitrary<byte[]> likelyTypes() {
    return Arbitraries.of(
            0x00, 0x01, 0x04, 0x14, 0x1E, 0x1F, 0x20, 0x28, 0x29, 0x2A, 0x2B, 0x31, 0x32, 0x33,
            0x3C, 0x46, 0x50, 0x5A, 0x61, 0x64, 0x6E, 0x78, 0x82, 0x8C, 0x96, 0xA0, 0xAA, 0xFF)
        .map(Integer::byteValue)
        .array(byte[].class)
        .ofMaxSize(40);
  }

  /** A KeyString with a byte changed, or cut off. */
  private static Arbitrary<byte[]> mutatedValues() {
    return Combinators.combine(
            Values.any().list().ofMaxSize(6),
            Arbitraries.integers().between(0, 200),
            Arbitraries.bytes(),
            Arbitraries.of(true, false))
        .as(TokenRobustnessTest::mutate);
  }

  private static byte[] mutate(List<BsonValue> values, int position, byte change, boolean cut) {
    byte[] bytes = KeyString.encode(values).bytes();
    int index = position % bytes.length;
    bytes[index] = change;
    return cut ? Arrays.copyOf(bytes, index) : bytes;
  }

  @Provide
  Arbitrary<byte[]> typeBits() {
    return Arbitraries.oneOf(
        Arbitraries.just(new byte[0]), Arbitraries.bytes().array(byte[].class).ofMaxSize(20));
  }

  @Property(tries = 20_000)
  void aKeyStringIsReadOrRefused(
      @ForAll("bytes") byte[] bytes, @ForAll("typeBits") byte[] typeBits) {
    try {
      List<BsonValue> values = KeyString.of(bytes, typeBits).decode();
      // What was read can be written, and is then read the same.
      KeyString again = KeyString.encode(values);
      assertThat(KeyString.encode(again.decode())).isEqualTo(again);
    } catch (InvalidTokenException refused) {
      assertThat(refused.code()).isPositive();
    }
  }

  @Property(tries = 10_000)
  void aTokenIsReadOrRefused(@ForAll("bytes") byte[] bytes, @ForAll("typeBits") byte[] typeBits) {
    BsonDocument token =
        new BsonDocument("_data", new BsonString(HexFormat.of().formatHex(bytes)))
            .append("_typeBits", new BsonBinary(typeBits));
    readOrRefused(token);
    readOrRefused(token.append("_data", new BsonBinary(bytes)));
  }

  @Property(tries = 10_000)
  void fieldsOfRealTokensMayBeAnything(
      @ForAll("bytes") byte[] bytes, @ForAll("typeBits") byte[] typeBits) {
    String start = "826553F100000000012B042C0100296E";
    readOrRefused(
        new BsonDocument("_data", new BsonString(start + HexFormat.of().formatHex(bytes)))
            .append("_typeBits", new BsonBinary(typeBits)));
  }

  private static void readOrRefused(BsonDocument token) {
    for (int newestVersion = 1; newestVersion <= 2; newestVersion++) {
      try {
        ResumeTokenCodec.decodeAsServer(token, newestVersion);
      } catch (InvalidTokenException refused) {
        assertThat(refused.code()).isPositive();
      }
    }
    try {
      DecodedToken decoded = ResumeTokenCodec.decode(token);
      BsonDocument json = DecodedTokenJson.toDocument(decoded);
      assertThat(DecodedTokenJson.fromDocument(json)).isEqualTo(decoded);
    } catch (InvalidTokenException refused) {
      assertThat(refused.code()).isPositive();
    }
  }
}
