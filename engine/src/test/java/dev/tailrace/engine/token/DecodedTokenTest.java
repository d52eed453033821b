package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.engine.token.DecodedToken.Format;
import dev.tailrace.engine.token.DecodedToken.TokenType;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tokens can say, and the tokens that servers make of others. */
class DecodedTokenTest {

  private static final BsonTimestamp TIME = new BsonTimestamp(1_700_000_000, 1);
  private static final UUID COLLECTION = UUID.fromString("7f3c1c9e-2f0a-4d6e-9b1f-0123456789ab");
  private static final BsonDocument KEY = new BsonDocument("_id", new BsonInt32(1));

  @ParameterizedTest
  @CsvSource({
    "0, 826553F10000000001292904",
    "1, 826553F100000000012B0229296E04",
    "2, 826553F100000000012B0429296E1404",
  })
  void highWaterMarkOfAVersion(int version, String data) {
    DecodedToken mark = DecodedToken.highWaterMark(version, TIME);
    BsonDocument token = new BsonDocument("_data", new BsonString(data));
    assertThat(ResumeTokenCodec.encode(mark)).isEqualTo(token);
    assertThat(ResumeTokenCodec.decode(token)).isEqualTo(mark);
    assertThat(mark.uuid()).isNull();
  }

  /** Which is why version 0 has no use for high water marks: they are dropDatabase events. */
  @Test
  void aVersionWithoutTokenTypesHasOnlyEvents() {
    assertThat(DecodedToken.highWaterMark(0, TIME))
        .isEqualTo(DecodedToken.event(0, TIME, 0, null, null));
    assertThat(DecodedToken.highWaterMark(0, TIME).isHighWaterMark()).isFalse();
  }

  @Test
  void anEventSaysWhatItWasMadeOf() {
    DecodedToken event = DecodedToken.event(1, TIME, 7, COLLECTION, KEY);
    assertThat(event)
        .isEqualTo(
            new DecodedToken(
                Format.HEX,
                TIME,
                1,
                TokenType.EVENT,
                7,
                false,
                new BsonBinary(COLLECTION),
                KEY,
                null));
    assertThat(event.uuid()).isEqualTo(COLLECTION);
    assertThat(event.isHighWaterMark()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void beforeVersion2NoCollectionIsNoField(int version) {
    DecodedToken event = DecodedToken.event(version, TIME, 0, null, null);
    assertThat(event.uuidField()).isNull();
    assertThat(event.uuid()).isNull();
  }

  @Test
  void inVersion2NoCollectionIsANull() {
    DecodedToken event = DecodedToken.event(2, TIME, 0, null, KEY);
    assertThat(event.uuidField()).isEqualTo(BsonNull.VALUE);
    assertThat(event.uuid()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anInvalidateIsItsEventButForOneField(int version) {
    DecodedToken event = DecodedToken.event(version, TIME, 3, COLLECTION, KEY);
    DecodedToken invalidate = event.invalidate();
    assertThat(invalidate.fromInvalidate()).isTrue();
    assertThat(invalidate)
        .usingRecursiveComparison()
        .ignoringFields("fromInvalidate")
        .isEqualTo(event);
  }

  @Test
  void version0CannotTellAnInvalidate() {
    DecodedToken event = DecodedToken.event(0, TIME, 0, COLLECTION, KEY);
    assertThat(event.invalidate()).isEqualTo(event);
  }

  @Test
  void aFragmentIsItsEventButForOneField() {
    DecodedToken event = DecodedToken.event(2, TIME, 3, COLLECTION, KEY).invalidate();
    DecodedToken fragment = event.fragment(0);
    assertThat(fragment.fragmentNum()).isZero();
    assertThat(fragment).usingRecursiveComparison().ignoringFields("fragmentNum").isEqualTo(event);
  }

  @Test
  void aHighWaterMarkIsNothingButATime() {
    assertThat(mark(1, 0, false, null, null).isHighWaterMark()).isTrue();
    assertThat(mark(2, 0, false, null, null).isHighWaterMark()).isTrue();
    assertThat(mark(1, 1, false, null, null).isHighWaterMark()).isFalse();
    assertThat(mark(1, 0, true, null, null).isHighWaterMark()).isFalse();
    assertThat(mark(1, 0, false, null, KEY).isHighWaterMark()).isFalse();
    assertThat(DecodedToken.event(1, TIME, 0, null, null).isHighWaterMark()).isFalse();
  }

  @Test
  void beforeVersion2AHighWaterMarkMayNameACollection() {
    assertThat(mark(1, 0, false, new BsonBinary(COLLECTION), null).isHighWaterMark()).isTrue();
    assertThat(mark(2, 0, false, new BsonBinary(COLLECTION), null).isHighWaterMark()).isFalse();
  }

  private static DecodedToken mark(
      int version,
      int txnOpIndex,
      boolean fromInvalidate,
      @Nullable BsonValue uuid,
      @Nullable BsonDocument identifier) {
    return new DecodedToken(
        Format.HEX,
        TIME,
        version,
        TokenType.HIGH_WATER_MARK,
        txnOpIndex,
        fromInvalidate,
        uuid,
        identifier,
        null);
  }

  @Test
  void hasNothingThatNoTokenCanSay() {
    assertRefused("version must be 0 to 2: -1", () -> DecodedToken.highWaterMark(-1, TIME));
    assertRefused("version must be 0 to 2: 3", () -> DecodedToken.highWaterMark(3, TIME));
    assertRefused(
        "txnOpIndex must not be negative: -1", () -> DecodedToken.event(1, TIME, -1, null, null));
    assertRefused(
        "fragmentNum must not be negative: -1",
        () -> DecodedToken.highWaterMark(1, TIME).fragment(-1));
    assertRefused(
        "uuidField must be null, BsonNull or a UUID: BsonInt32{value=1}",
        () -> mark(1, 0, false, new BsonInt32(1), null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mark(1, 0, false, new BsonBinary((byte) 4, new byte[15]), null))
        .withMessageStartingWith("uuidField must be null, BsonNull or a UUID: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mark(1, 0, false, new BsonBinary((byte) 3, new byte[16]), null))
        .withMessageStartingWith("uuidField must be null, BsonNull or a UUID: ");
  }

  @Test
  void hasNoFieldThatItsVersionHasNoPlaceFor() {
    String message = "neither a tokenType nor fromInvalidate in version 0";
    assertRefused(message, () -> mark(0, 0, false, null, null));
    assertRefused(message, () -> binDataLike(Format.HEX, 0, 0, true, null));

    assertThat(binDataLike(Format.BINDATA, 0, 0, false, null).version()).isZero();
    message = "none of version, txnOpIndex and fragmentNum in format BINDATA";
    assertRefused(message, () -> binDataLike(Format.BINDATA, 1, 0, false, null));
    assertRefused(message, () -> binDataLike(Format.BINDATA, 0, 1, false, null));
    assertRefused(message, () -> binDataLike(Format.BINDATA, 0, 0, false, 0));
  }

  private static DecodedToken binDataLike(
      Format format,
      int version,
      int txnOpIndex,
      boolean fromInvalidate,
      @Nullable Integer fragmentNum) {
    return new DecodedToken(
        format,
        TIME,
        version,
        TokenType.EVENT,
        txnOpIndex,
        fromInvalidate,
        null,
        null,
        fragmentNum);
  }

  private static void assertRefused(String message, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }
}
