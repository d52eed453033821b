package dev.tailrace.wire.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** Documents of every BSON type, nested a few levels deep. */
final class BsonArbitraries {

  private static final int MAX_NESTING = 2;

  private BsonArbitraries() {}

  static Arbitrary<BsonDocument> documents() {
    return documents(MAX_NESTING);
  }

  private static Arbitrary<BsonDocument> documents(int nesting) {
    Arbitrary<String> names = Arbitraries.strings().alpha().ofMaxLength(6);
    return Arbitraries.maps(names, values(nesting))
        .ofMaxSize(6)
        .map(
            fields -> {
              BsonDocument document = new BsonDocument();
              fields.forEach(document::append);
              return document;
            });
  }

  private static Arbitrary<BsonValue> values(int nesting) {
    Arbitrary<BsonValue> scalars = Arbitraries.oneOf(List.of(fixedSize(), stringLike()));
    if (nesting == 0) {
      return scalars;
    }
    Arbitrary<BsonValue> documents = documents(nesting - 1).map(document -> document);
    Arbitrary<BsonValue> arrays = values(nesting - 1).list().ofMaxSize(4).map(BsonArray::new);
    Arbitrary<BsonValue> scoped =
        documents(nesting - 1).map(scope -> new BsonJavaScriptWithScope("f()", scope));
    return Arbitraries.oneOf(List.of(scalars, scalars, documents, arrays, scoped));
  }

  private static Arbitrary<BsonValue> fixedSize() {
    return Arbitraries.longs()
        .flatMap(
            bits ->
                Arbitraries.of(
                    new BsonDouble(bits),
                    new BsonInt32(bits.intValue()),
                    new BsonInt64(bits),
                    new BsonDateTime(bits),
                    new BsonTimestamp(bits),
                    BsonBoolean.valueOf(bits > 0),
                    new BsonObjectId(new ObjectId(bits.intValue(), bits.intValue() & 0xFFFFFF)),
                    new BsonDecimal128(new Decimal128(bits)),
                    new BsonNull(),
                    new BsonUndefined(),
                    new BsonMinKey(),
                    new BsonMaxKey()));
  }

  private static Arbitrary<BsonValue> stringLike() {
    return Arbitraries.strings()
        .excludeChars('\0')
        .ofMaxLength(20)
        .flatMap(
            text ->
                Arbitraries.of(
                    new BsonString(text),
                    new BsonSymbol(text),
                    new BsonJavaScript(text),
                    new BsonRegularExpression(text, "im"),
                    new BsonDbPointer("db.c", new ObjectId(1, 2)),
                    new BsonBinary((byte) 0, text.getBytes(UTF_8)),
                    new BsonBinary((byte) 2, text.getBytes(UTF_8))));
  }
}
