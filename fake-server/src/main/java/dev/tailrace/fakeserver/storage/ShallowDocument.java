package dev.tailrace.fakeserver.storage;

import org.bson.BsonArray;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.ByteBuf;
import org.bson.RawBsonArray;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonValueCodec;
import org.bson.codecs.DecoderContext;
import org.bson.io.ByteBufferBsonInput;

/**
 * Opens a document one level deep: documents and arrays in it stay bytes. The library by itself
 * opens either one field for each search, or everything down to the leaves.
 */
public final class ShallowDocument {

  private static final BsonValueCodec SCALARS = new BsonValueCodec();
  private static final DecoderContext DEFAULTS = DecoderContext.builder().build();

  private ShallowDocument() {}

  /** The fields of a document, in order. Where a name comes twice the last one counts. */
  public static BsonDocument open(BsonDocument document) {
    if (!(document instanceof RawBsonDocument raw)) {
      return document;
    }
    BsonDocument fields = new BsonDocument();
    ByteBuf buffer = raw.getByteBuffer();
    byte[] bytes = buffer.array(); // The document's whole array: positions in it are absolute.
    try (BsonBinaryReader reader = new BsonBinaryReader(new ByteBufferBsonInput(buffer))) {
      reader.readStartDocument();
      while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
        String name = reader.readName();
        fields.append(name, value(reader, bytes));
      }
    }
    return fields;
  }

  /** The elements of an array, documents and arrays among them as bytes. */
  public static BsonArray open(BsonArray array) {
    if (!(array instanceof RawBsonArray raw)) {
      return array;
    }
    BsonArray opened = new BsonArray();
    opened.addAll(raw.getValues());
    return opened;
  }

  private static BsonValue value(BsonBinaryReader reader, byte[] bytes) {
    BsonType type = reader.getCurrentBsonType();
    if (type == BsonType.DOCUMENT || type == BsonType.ARRAY) {
      int offset = reader.getBsonInput().getPosition();
      reader.skipValue();
      int length = reader.getBsonInput().getPosition() - offset;
      return type == BsonType.DOCUMENT
          ? new RawBsonDocument(bytes, offset, length)
          : new RawBsonArray(bytes, offset, length);
    }
    return SCALARS.decode(reader, DEFAULTS);
  }
}
