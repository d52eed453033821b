package dev.tailrace.engine.core;

import dev.tailrace.engine.bytes.BsonStructure;
import dev.tailrace.engine.bytes.Elements;
import dev.tailrace.engine.transport.DocumentSlice;
import java.util.LinkedHashSet;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonType;

/**
 * A reply with <code>ok: 0</code>.
 *
 * @param code the server's number for it; 0 where it gave none
 * @param codeName the server's name for it; empty where it gave none
 * @param message {@code errmsg}
 * @param labels {@code errorLabels}
 * @param reply the whole reply
 */
record ServerError(
    int code, String codeName, String message, Set<String> labels, BsonDocument reply)
    implements Reply {

  /**
   * Reads an error reply. What it lacks is filled with nothing: an error without a code is still an
   * error.
   *
   * @throws dev.tailrace.engine.bytes.MalformedBsonException if it is not sound BSON, or a field is
   *     of the wrong type
   */
  static ServerError read(DocumentSlice body) {
    int code = 0;
    String codeName = "";
    String message = "";
    Set<String> labels = new LinkedHashSet<>();
    Elements elements = Elements.of(body);
    while (elements.next()) {
      if (elements.isNamed("code")) {
        code = (int) elements.number();
      } else if (elements.isNamed("codeName")) {
        codeName = elements.string();
      } else if (elements.isNamed("errmsg")) {
        message = elements.string();
      } else if (elements.isNamed("errorLabels")) {
        Elements each = elements.elements(BsonType.ARRAY);
        while (each.next()) {
          labels.add(each.string());
        }
      }
    }
    BsonStructure.check(body); // The whole of it is going to be read.
    return new ServerError(code, codeName, message, labels, body.asDocument());
  }

  String describe() {
    String text = message.isEmpty() ? "no message" : message;
    return codeName.isEmpty() ? code + ": " + text : code + " " + codeName + ": " + text;
  }
}
