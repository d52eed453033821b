package dev.tailrace.engine.token;

import static dev.tailrace.engine.token.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a server reads a token, and how that changed when it learned version 2. */
class TokenAsServerTest {

  /** Timestamp(1700000000, 1). */
  private static final String TIME = "826553F10000000001";

  private static final String UUID_FIELD = "5A10047F3C1C9E2F0A4D6E9B1F0123456789AB";

  private static final BsonTimestamp CLUSTER_TIME = new BsonTimestamp(1_700_000_000, 1);

  @Test
  void readsWhatAServerWrites() {
    BsonDocument version1 = token(TIME + "2B022C0100296F" + UUID_FIELD + "461E5F6964002B020004");
    DecodedToken decoded = ResumeTokenCodec.decode(version1);
    assertThat(ResumeTokenCodec.decodeAsServer(version1, 1)).isEqualTo(decoded);
    assertThat(ResumeTokenCodec.decodeAsServer(version1, 2)).isEqualTo(decoded);

    BsonDocument version2 = token(TIME + "2B0429296E1404");
    assertThat(ResumeTokenCodec.decodeAsServer(version2, 2))
        .isEqualTo(DecodedToken.highWaterMark(2, CLUSTER_TIME));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void thereAreServersOfTwoKinds(int newestVersion) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResumeTokenCodec.decodeAsServer(new BsonDocument(), newestVersion))
        .withMessage("newestVersion must be 1 or 2: " + newestVersion);
  }

  @Test
  void refusesBinData() {
    BsonDocument token = new BsonDocument("_data", new BsonBinary(new byte[] {(byte) 0x82}));
    assertRefused(
        () -> ResumeTokenCodec.decodeAsServer(token, 1),
        40647,
        "Bad resume token: _data of missing or of wrong type. Expected string, got "
            + "{_data: BinData(0, \"82\")}");
  }

  @Test
  void sinceVersion2NoCollectionMayBeNullInEveryVersion() {
    for (String fields : new String[] {"2929", "2B022C0100296E"}) {
      BsonDocument token = token(TIME + fields + "1404");
      assertThat(ResumeTokenCodec.decodeAsServer(token, 2).uuidField()).isEqualTo(BsonNull.VALUE);
      assertRefused(
          () -> ResumeTokenCodec.decodeAsServer(token, 1),
          207,
          "uuid must be a 16-byte binary field with UUID (4) subtype");
    }
  }

  @Test
  void sinceVersion2AHighWaterMarkHasNoIdentifier() {
    BsonDocument token = token(TIME + "2B0229296E" + UUID_FIELD + "460004");
    assertThat(ResumeTokenCodec.decodeAsServer(token, 1).eventIdentifier())
        .isEqualTo(new BsonDocument());
    assertRefused(
        () -> ResumeTokenCodec.decodeAsServer(token, 2), 6189504, "Invalid high water mark token");
  }

  @Test
  void sinceVersion2AnIdentifierIsAnObject() {
    BsonDocument token = token(TIME + "2B022C0100296E" + UUID_FIELD + "2904");
    assertThat(ResumeTokenCodec.decodeAsServer(token, 1).eventIdentifier())
        .isEqualTo(new BsonDocument());
    String message = "Resume Token eventIdentifier is not an object";
    assertRefused(() -> ResumeTokenCodec.decodeAsServer(token, 2), 6189503, message);
    assertRefused(() -> ResumeTokenCodec.decode(token), 6189503, message);
  }

  /** And starts there. Only who just wants to know what a token says is told that it is none. */
  @ParameterizedTest
  @ValueSource(strings = {"29", "14", "3C00"})
  void takesWhateverIsNoTimeForTheEarliest(String first) {
    BsonDocument token = token(first + "2B0229296E04");
    assertThat(ResumeTokenCodec.decodeAsServer(token, 1))
        .isEqualTo(DecodedToken.highWaterMark(1, new BsonTimestamp(0)));
    assertThat(ResumeTokenCodec.decodeAsServer(token, 2))
        .isEqualTo(DecodedToken.highWaterMark(1, new BsonTimestamp(0)));
    assertThatExceptionOfType(InvalidTokenException.class)
        .isThrownBy(() -> ResumeTokenCodec.decode(token))
        .withMessageStartingWith("the first value of a resume token is its cluster time")
        .extracting(InvalidTokenException::code)
        .isEqualTo(22);
  }

  private static BsonDocument token(String data) {
    return new BsonDocument("_data", new BsonString(data));
  }
}
