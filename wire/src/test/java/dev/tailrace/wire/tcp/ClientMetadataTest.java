package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientMetadataTest {

  @Test
  void tellsOfTheDriverAndTheMachine() {
    BsonDocument metadata = ClientMetadata.of(Optional.empty(), Optional.empty());

    assertThat(metadata.keySet()).containsExactly("driver", "os", "platform");
    assertThat(metadata.getDocument("driver").keySet()).containsExactly("name", "version");
    assertThat(metadata.getDocument("os").keySet())
        .containsExactly("type", "name", "architecture", "version");
  }

  /** The server would refuse the connection; what was chosen by others is never cut. */
  @Test
  void neverExceeds512Bytes() {
    DriverInfo longest = new DriverInfo("n".repeat(64), "v".repeat(32));

    BsonDocument metadata = ClientMetadata.of(Optional.of("ü".repeat(64)), Optional.of(longest));

    assertThat(new RawBsonDocument(metadata, new BsonDocumentCodec()).getByteBuffer().remaining())
        .isLessThanOrEqualTo(512);
    assertThat(metadata.getDocument("application").getString("name").getValue()).hasSize(64);
    assertThat(metadata.getDocument("driver").getString("name").getValue())
        .endsWith(longest.name());
    assertThat(metadata.getDocument("os").containsKey("type")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a|b", "naïve", "line\nbreak"})
  void aNameThatCannotBeShownIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new DriverInfo(name, "1"));
    assertThatIllegalArgumentException().isThrownBy(() -> new DriverInfo("a", name));
  }
}
