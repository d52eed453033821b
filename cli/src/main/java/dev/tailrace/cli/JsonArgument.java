package dev.tailrace.cli;

import java.util.Locale;
import org.bson.BSONException;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.codecs.BsonValueCodec;
import org.bson.codecs.DecoderContext;
import org.bson.json.JsonParseException;
import org.bson.json.JsonReader;

/** JSON that users write in an argument. */
final class JsonArgument {

  private JsonArgument() {}

  /**
   * Reads a value of any type.
   *
   * @throws IllegalArgumentException if it is not one, saying what was found
   */
  static BsonValue parse(String json) {
    try {
      JsonReader reader = new JsonReader(json);
      if (reader.readBsonType() == BsonType.END_OF_DOCUMENT) {
        throw new IllegalArgumentException("found nothing");
      }
      return new BsonValueCodec().decode(reader, DecoderContext.builder().build());
    } catch (JsonParseException | BSONException notJson) {
      throw new IllegalArgumentException(notJson.getMessage(), notJson);
    }
  }

  /**
   * That value, which has to be of this type.
   *
   * @throws IllegalArgumentException if it is not, naming the type that it has
   */
  static BsonValue expect(BsonType type, BsonValue value) {
    BsonType found = value.getBsonType();
    if (found != type) {
      throw new IllegalArgumentException(
          "found a value of type " + found.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    return value;
  }
}
