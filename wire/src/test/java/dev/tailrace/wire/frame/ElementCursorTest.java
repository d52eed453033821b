package dev.tailrace.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.engine.transport.DocumentSlice;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.junit.jupiter.api.Test;

class ElementCursorTest {

  private static final BsonDocument REPLY =
      BsonDocument.parse("{cursor: {firstBatch: [{a: 1}]}, ok: 1.0, 'schlüssel': null}");

  @Test
  void walksOverTheTopLevelOnly() throws BadMessageException {
    ElementCursor cursor = new ElementCursor(body(REPLY));
    List<String> names = new ArrayList<>();
    List<BsonType> types = new ArrayList<>();

    while (cursor.next()) {
      names.add(cursor.name());
      types.add(cursor.type());
    }

    assertThat(names).containsExactly("cursor", "ok", "schlüssel");
    assertThat(types).containsExactly(BsonType.DOCUMENT, BsonType.DOUBLE, BsonType.NULL);
    assertThat(cursor.next()).isFalse();
  }

  @Test
  void namesCompareWhole() throws BadMessageException {
    ElementCursor cursor = new ElementCursor(body(REPLY));
    cursor.next();

    assertThat(cursor.nameIs("cursor")).isTrue();
    assertThat(cursor.nameIs("curso")).isFalse();
    assertThat(cursor.nameIs("cursors")).isFalse();
    assertThat(cursor.nameIs("cursoR")).isFalse();
  }

  @Test
  void documentsAreSlicesOfTheSameBuffer() throws BadMessageException {
    DocumentSlice body = body(REPLY);
    ElementCursor cursor = new ElementCursor(body);
    cursor.next();

    assertThat(cursor.document().buffer()).isSameAs(body.buffer());
    assertThat(cursor.document().asDocument()).isEqualTo(REPLY.getDocument("cursor"));

    cursor.next();
    assertThatIllegalStateException().isThrownBy(cursor::document);
  }

  @Test
  void aSliceLongerThanItsDocumentIsRefused() {
    byte[] bytes = {5, 0, 0, 0, 0, 0};

    assertThatThrownBy(() -> new ElementCursor(new DocumentSlice(bytes, 0, 6)))
        .isInstanceOf(BadMessageException.class)
        .hasMessage("bad message at byte 0: expected a document of 6 bytes, found 5 bytes");
  }

  private static DocumentSlice body(BsonDocument document) throws BadMessageException {
    return ((OpMsg) Message.decode(Frames.of(OpMsg.encode(1, 0, 0, document)))).body();
  }
}
