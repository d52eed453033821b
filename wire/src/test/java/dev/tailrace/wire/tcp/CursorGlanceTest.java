package dev.tailrace.wire.tcp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.DocumentSlice;
import dev.tailrace.wire.frame.BadMessageException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bson.BsonBinaryWriter;
import org.bson.io.BasicOutputBuffer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CursorGlanceTest {

  static Stream<Arguments> twoThings() {
    return Stream.of(
        saying("cursor", writer -> writeCursors(writer, 5, 0)),
        saying(
            "cursor.id",
            writer -> {
              writer.writeStartDocument("cursor");
              writer.writeInt64("id", 5);
              writer.writeInt64("id", 0);
              writer.writeEndDocument();
            }),
        saying(
            "cursor.ns",
            writer -> {
              writer.writeStartDocument("cursor");
              writer.writeString("ns", "db.c");
              writer.writeString("ns", "db");
              writer.writeEndDocument();
            }));
  }

  /** Else the one who reads the reply behind us could hear of another cursor than we did. */
  @ParameterizedTest
  @MethodSource("twoThings")
  void whatSaysTwoThingsIsRefused(String name, DocumentSlice reply) {
    assertThatThrownBy(() -> CursorGlance.idIn(reply))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("expected one \"" + name + "\", found two");
  }

  private static void writeCursors(BsonBinaryWriter writer, long... ids) {
    for (long id : ids) {
      writer.writeStartDocument("cursor");
      writer.writeInt64("id", id);
      writer.writeEndDocument();
    }
  }

  private static Arguments saying(String name, Consumer<BsonBinaryWriter> what) {
    BasicOutputBuffer bytes = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(bytes)) {
      writer.writeStartDocument();
      what.accept(writer);
      writer.writeEndDocument();
    }
    byte[] reply = bytes.toByteArray();
    return Arguments.of(name, Named.of("reply", new DocumentSlice(reply, 0, reply.length)));
  }
}
