package dev.tailrace.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.token.InvalidTokenException;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

class ResumeTokenTest {

  private static final String HIGH_WATER_MARK = "826A8C8E64000000012B0429296E1404";

  @Test
  void isTheDocumentItWasMadeOfAndNothingElse() {
    BsonDocument document =
        new BsonDocument("_data", new BsonString(HIGH_WATER_MARK))
            .append("_typeBits", new BsonBinary(new byte[] {1}));
    ResumeToken token = ResumeToken.of(document);
    document.append("later", new BsonString("no"));

    assertThat(token.toDocument().keySet()).containsExactly("_data", "_typeBits");
    assertThat(token.toString()).contains("_typeBits");
    assertThat(token)
        .isNotEqualTo(ResumeToken.ofData(HIGH_WATER_MARK))
        .isEqualTo(ResumeToken.of(token.toDocument()))
        .hasSameHashCodeAs(ResumeToken.of(token.toDocument()));
  }

  @Test
  void doesNotKeepTheReplyAliveThatItStoodIn() {
    RawBsonDocument reply =
        RawBsonDocument.parse("{token: {_data: '%s'}}".formatted(HIGH_WATER_MARK));
    ResumeToken token = ResumeToken.of(reply.getDocument("token"));

    RawBsonDocument kept = (RawBsonDocument) token.toDocument();
    assertThat(kept.getByteBuffer().asNIO().array().length).isEqualTo(kept.getByteLength());
    assertThat(token).isEqualTo(ResumeToken.ofData(HIGH_WATER_MARK)).hasToString(HIGH_WATER_MARK);
  }

  @Test
  void canBeLookedInto() {
    assertThat(ResumeToken.ofData(HIGH_WATER_MARK).inspect().clusterTime())
        .isEqualTo(new BsonTimestamp(1787596388, 1));
    assertThatThrownBy(() -> ResumeToken.ofData("another vendor's").inspect())
        .isInstanceOf(InvalidTokenException.class);
  }
}
