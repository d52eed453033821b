package dev.tailrace.fakeserver.idl;

import org.bson.BsonBoolean;
import org.bson.BsonDocument;

/** Options that are on or off. */
public final class Flags {

  private Flags() {}

  /** Whether the field is there, and true; no other type counts. */
  public static boolean isTrue(BsonDocument document, String field) {
    return document.get(field) instanceof BsonBoolean flag && flag.getValue();
  }

  /** Whether the field is there, and false. */
  public static boolean isFalse(BsonDocument document, String field) {
    return document.get(field) instanceof BsonBoolean flag && !flag.getValue();
  }
}
