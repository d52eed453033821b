package dev.tailrace.fakeserver.query.expression;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.Utf8;
import dev.tailrace.fakeserver.query.value.ValueText;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Objects to and from arrays, and sizes in bytes. */
final class ObjectOperators {

  private ObjectOperators() {}

  static void register(OperatorTable.Builder table) {
    table.since(4, 2);
    table.fixed("$arrayToObject", 1, ObjectOperators::fromArray);
    table.fixed("$objectToArray", 1, ObjectOperators::toArray);
    table.since(4, 4);
    table.fixed("$bsonSize", 1, ObjectOperators::bsonSize);
    table.fixed("$binarySize", 1, ObjectOperators::binarySize);
  }

  private static BsonValue toArray(Operands operands) {
    BsonValue object = operands.present(0);
    if (object == null) {
      return BsonNull.VALUE;
    }
    if (!(object instanceof BsonDocument document)) {
      throw new CommandFailure(
          40_390, "$objectToArray requires a document input, found: " + BsonTypes.name(object));
    }
    BsonArray pairs = new BsonArray();
    document.forEach(
        (name, value) -> pairs.add(new BsonDocument("k", new BsonString(name)).append("v", value)));
    return pairs;
  }

  private static BsonValue fromArray(Operands operands) {
    BsonValue array = operands.present(0);
    if (array == null) {
      return BsonNull.VALUE;
    }
    if (!(array instanceof BsonArray pairs)) {
      throw new CommandFailure(
          40_386, "$arrayToObject requires an array input, found: " + BsonTypes.name(array));
    }
    BsonDocument object = new BsonDocument();
    if (pairs.isEmpty()) {
      return object;
    }
    boolean ofArrays = pairs.get(0).isArray();
    if (!ofArrays && !pairs.get(0).isDocument()) {
      throw new CommandFailure(
          40_398,
          "Unrecognised input type format for $arrayToObject: " + BsonTypes.name(pairs.get(0)));
    }
    for (BsonValue pair : pairs) {
      if (ofArrays) {
        addArray(object, pair);
      } else {
        addObject(object, pair);
      }
    }
    return object;
  }

  private static void addArray(BsonDocument object, BsonValue pair) {
    if (!(pair instanceof BsonArray array)) {
      throw new CommandFailure(40_396, inconsistent("Array", pair));
    }
    if (array.size() != 2) {
      throw new CommandFailure(
          40_397,
          "$arrayToObject requires an array of size 2 arrays,found array of size: " + array.size());
    }
    if (!(array.get(0) instanceof BsonString key)) {
      throw new CommandFailure(
          40_395,
          "$arrayToObject requires an array of key-value pairs, where the key must be of type"
              + " string. Found key type: "
              + BsonTypes.name(array.get(0)));
    }
    put(object, key.getValue(), array.get(1));
  }

  private static void addObject(BsonDocument object, BsonValue pair) {
    if (!(pair instanceof BsonDocument document)) {
      throw new CommandFailure(40_391, inconsistent("Object", pair));
    }
    if (document.size() != 2) {
      throw new CommandFailure(
          40_392,
          "$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:"
              + document.size());
    }
    BsonValue key = document.get("k");
    BsonValue value = document.get("v");
    if (key == null || value == null) {
      throw new CommandFailure(
          40_393,
          "$arrayToObject requires an object with keys 'k' and 'v'. Missing either or both keys"
              + " from: "
              + ValueText.value(pair));
    }
    if (!(key instanceof BsonString name)) {
      throw new CommandFailure(
          40_394,
          "$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' must be"
              + " of type string. Found type: "
              + BsonTypes.name(key));
    }
    put(object, name.getValue(), value);
  }

  private static String inconsistent(String first, BsonValue now) {
    return "$arrayToObject requires a consistent input format. Elements mustall be arrays or all be"
        + " objects. "
        + first
        + " was detected, now found: "
        + BsonTypes.name(now);
  }

  private static void put(BsonDocument object, String name, BsonValue value) {
    if (name.indexOf('\0') >= 0) {
      throw new CommandFailure(4_940_400, "Key field cannot contain an embedded null byte");
    }
    object.put(name, value);
  }

  private static BsonValue bsonSize(Operands operands) {
    BsonValue value = operands.present(0);
    if (value == null) {
      return BsonNull.VALUE;
    }
    if (!(value instanceof BsonDocument document)) {
      throw new CommandFailure(
          31_393, "$bsonSize requires a document input, found: " + BsonTypes.name(value));
    }
    return new BsonInt32(
        new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer().remaining());
  }

  private static BsonValue binarySize(Operands operands) {
    BsonValue value = operands.present(0);
    if (value == null) {
      return BsonNull.VALUE;
    }
    if (value instanceof BsonString string) {
      return new BsonInt32(Utf8.length(string.getValue()));
    }
    if (value instanceof BsonBinary binary) {
      return new BsonInt32(binary.getData().length);
    }
    throw new CommandFailure(
        51_276,
        "$binarySize requires a string or BinData argument, found: " + BsonTypes.name(value));
  }
}
