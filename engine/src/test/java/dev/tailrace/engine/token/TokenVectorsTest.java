package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.engine.token.TokenVectors.TokenVector;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens of real servers decode to what they say and encode to the same bytes. */
class TokenVectorsTest {

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  static List<TokenVector> vectors() {
    return TokenVectors.all();
  }

  @Test
  void thereAreAsManyAsTheReferenceSays() {
    assertThat(vectors()).hasSize(182);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void decodes(TokenVector vector) {
    BsonDocument decoded = DecodedTokenJson.toDocument(ResumeTokenCodec.decode(vector.token()));
    // As text, which also compares the order of fields and tells 0.0 from -0.0.
    assertThat(decoded.toJson(CANONICAL)).isEqualTo(vector.decoded().toJson(CANONICAL));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void encodesToTheSameBytes(TokenVector vector) {
    BsonDocument token = ResumeTokenCodec.encode(DecodedTokenJson.fromDocument(vector.decoded()));
    assertThat(token.toJson(CANONICAL)).isEqualTo(vector.token().toJson(CANONICAL));
  }
}
