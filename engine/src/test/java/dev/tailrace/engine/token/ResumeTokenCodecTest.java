package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.token.DecodedToken.Format;
import dev.tailrace.engine.token.DecodedToken.TokenType;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tokens written and compared; {@link TokenVectorsTest} has what they say. */
class ResumeTokenCodecTest {

  /** Timestamp(1700000000, 1). */
  private static final String TIME = "826553F10000000001";

  private static final String UUID_FIELD = "5A10047F3C1C9E2F0A4D6E9B1F0123456789AB";

  private static final BsonTimestamp CLUSTER_TIME = new BsonTimestamp(1_700_000_000, 1);

  private static final UUID COLLECTION = UUID.fromString("7f3c1c9e-2f0a-4d6e-9b1f-0123456789ab");

  @Test
  void aTokenHasNoTypeBitsIfAllAreZero() {
    BsonDocument token =
        ResumeTokenCodec.encode(
            DecodedToken.event(
                1, CLUSTER_TIME, 0, COLLECTION, new BsonDocument("_id", new BsonInt32(1))));
    assertThat(token)
        .isEqualTo(token(TIME + "2B022C0100296E" + UUID_FIELD + "461E5F6964002B020004"));
  }

  @Test
  void dataStandsBeforeTypeBits() {
    BsonDocument token =
        ResumeTokenCodec.encode(
            DecodedToken.event(1, CLUSTER_TIME, 0, COLLECTION, BsonDocument.parse("{_id: 1.0}")));
    assertThat(token.keySet()).containsExactly("_data", "_typeBits");
    assertThat(token.getBinary("_typeBits").getData()).containsExactly(0x40);
  }

  @Test
  void aVersion2TokenAlwaysHasAUuidField() {
    DecodedToken dropDatabase =
        DecodedToken.event(
            2, CLUSTER_TIME, 0, null, EventIdentifier.of(2, "dropDatabase", null, null));
    assertThat(ResumeTokenCodec.encode(dropDatabase).getString("_data").getValue())
        .startsWith(TIME + "2B042C0100296E1446");
  }

  @Test
  void whatAServerWouldNotWriteIsRefused() {
    BsonDocument identifier = new BsonDocument("operationType", new BsonString("insert"));
    DecodedToken event = DecodedToken.event(2, CLUSTER_TIME, 0, COLLECTION, identifier);

    String markMessage = "Invalid high water mark token";
    assertNotWritten(mark(1, null, null), 6189505, markMessage);
    assertNotWritten(
        DecodedToken.highWaterMark(2, CLUSTER_TIME).invalidate(), 6189505, markMessage);
    assertNotWritten(mark(0, COLLECTION, null), 6189505, markMessage);
    assertNotWritten(mark(0, null, identifier), 6189505, markMessage);

    assertNotWritten(
        DecodedToken.event(2, CLUSTER_TIME, 0, COLLECTION, null),
        6189502,
        "Expected an eventIdentifier for an event resume token");
    String uuidMessage = "Unexpected resume token with a eventIdentifier but no UUID";
    assertNotWritten(DecodedToken.event(1, CLUSTER_TIME, 0, null, identifier), 50788, uuidMessage);
    assertNotWritten(DecodedToken.event(0, CLUSTER_TIME, 0, null, identifier), 50788, uuidMessage);
    assertNotWritten(
        DecodedToken.event(1, CLUSTER_TIME, 0, COLLECTION, identifier).fragment(0),
        7182504,
        "Tokens of version 1 cannot have a fragmentNum");
    assertThat(ResumeTokenCodec.encode(event.fragment(0)).getString("_data").getValue())
        .endsWith("00002904");
  }

  private static DecodedToken mark(
      int txnOpIndex, @Nullable UUID uuid, @Nullable BsonDocument identifier) {
    return new DecodedToken(
        Format.HEX,
        CLUSTER_TIME,
        1,
        TokenType.HIGH_WATER_MARK,
        txnOpIndex,
        false,
        uuid == null ? null : new BsonBinary(uuid),
        identifier,
        null);
  }

  private static void assertNotWritten(DecodedToken token, int code, String message) {
    assertRefused(() -> ResumeTokenCodec.encode(token), code, message);
  }

  /** Each before the next: by cluster time, version, type, txnOpIndex, and so on. */
  private static final String[] ASCENDING = {
    TIME + "292904",
    TIME + "2B0229296E04",
    TIME + "2B022C0100296E04",
    TIME + "2B022C0100296E" + UUID_FIELD + "04",
    TIME + "2B022C0100296E" + UUID_FIELD + "461E5F6964002B020004",
    TIME + "2B022C0100296F" + UUID_FIELD + "04",
    TIME + "2B022C01002B026E04",
    TIME + "2B0429296E1404",
    TIME + "2B042C0100296E14460004",
    TIME + "2B042C0100296E" + UUID_FIELD + "460004",
    TIME + "2B042C0100296E" + UUID_FIELD + "46002904",
    TIME + "2B042C0100296E" + UUID_FIELD + "46002B0204",
    "826553F10000000002292904",
    "82FFFFFFFFFFFFFFFF292904",
  };

  @Test
  void tokensCompareByTheirBytes() {
    for (int left = 0; left < ASCENDING.length; left++) {
      for (int right = 0; right < ASCENDING.length; right++) {
        assertThat(
                Integer.signum(
                    ResumeTokenCodec.compare(token(ASCENDING[left]), token(ASCENDING[right]))))
            .as("%s against %s", ASCENDING[left], ASCENDING[right])
            .isEqualTo(Integer.compare(left, right));
      }
    }
  }

  @Test
  void neitherTheCaseOfTheDigitsNorTheFormatCounts() {
    String data = TIME + "292904";
    BsonDocument binData = new BsonDocument("_data", new BsonBinary(HexFormat.of().parseHex(data)));
    assertThat(ResumeTokenCodec.compare(token(data), token(data.toLowerCase(Locale.ROOT))))
        .isZero();
    assertThat(ResumeTokenCodec.compare(token(data), binData)).isZero();
    assertThat(ResumeTokenCodec.compare(binData, token(TIME + "292904FF"))).isNegative();
    assertThat(ResumeTokenCodec.compare(token(TIME + "292904FF"), binData)).isPositive();
  }

  @Test
  void typeBitsDoNotCount() {
    BsonDocument typed = token("82").append("_typeBits", BsonBoolean.TRUE);
    assertThat(ResumeTokenCodec.compare(typed, token("82"))).isZero();
  }

  @Test
  void onlyTokensCanBeCompared() {
    assertRefused(
        () -> ResumeTokenCodec.compare(token("82"), token("8")),
        9,
        "resume token string was not a valid hex string");
    assertRefused(
        () -> ResumeTokenCodec.compare(new BsonDocument(), token("82")),
        40647,
        "Bad resume token: _data of missing or of wrong type. Expected string, got {}");
  }

  private static BsonDocument token(String data) {
    return new BsonDocument("_data", new BsonString(data));
  }
}
