package dev.tailrace.fakeserver.query;

import java.util.List;
import java.util.SplittableRandom;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
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

/** Values of every type, with a liking for extremes; the same for the same seed. */
public final class RandomBson {

  private static final List<String> NAMES = List.of("a", "b", "c", "_id", "0", "1", "a.b", "");

  private static final List<String> STRINGS =
      List.of(
          "", "a", "A", "é", "x", "1", "-1.5", "2020-02-29", "$a", "$$ROOT", "a.b", "int", "\0");

  private static final List<BsonValue> NUMBERS =
      List.of(
          new BsonInt32(0),
          new BsonInt32(1),
          new BsonInt32(-1),
          new BsonInt32(Integer.MAX_VALUE),
          new BsonInt32(Integer.MIN_VALUE),
          new BsonInt64(0),
          new BsonInt64(3),
          new BsonInt64(Long.MAX_VALUE),
          new BsonInt64(Long.MIN_VALUE),
          new BsonInt64((1L << 53) + 1),
          new BsonDouble(0),
          new BsonDouble(-0.0),
          new BsonDouble(0.1),
          new BsonDouble(1.5),
          new BsonDouble(0x1p53),
          new BsonDouble(0x1p63),
          new BsonDouble(Double.NaN),
          new BsonDouble(Double.POSITIVE_INFINITY),
          new BsonDouble(Double.NEGATIVE_INFINITY),
          new BsonDouble(Double.MIN_VALUE),
          decimal("0"),
          decimal("-0"),
          decimal("0.1"),
          decimal("1.50"),
          decimal("9007199254740993"),
          decimal("9.999999999999999999999999999999999E+6144"),
          decimal("1E-6176"),
          decimal("NaN"),
          decimal("Infinity"),
          decimal("-Infinity"));

  private final SplittableRandom random;
  private final List<String> operators;

  /**
   * A source of values.
   *
   * @param operators names that objects may have for fields, besides plain ones; may be empty
   */
  public RandomBson(long seed, List<String> operators) {
    this.random = new SplittableRandom(seed);
    this.operators = operators;
  }

  private static BsonValue decimal(String text) {
    return new BsonDecimal128(Decimal128.parse(text));
  }

  /** One of these. */
  public <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** A value that nests at most so deep. */
  public BsonValue value(int depth) {
    int kind = random.nextInt(depth > 0 ? 26 : 20);
    return switch (kind) {
      case 0, 1, 2, 3, 4 -> any(NUMBERS);
      case 5, 6, 7 -> new BsonString(any(STRINGS));
      case 8 -> BsonBoolean.valueOf(random.nextBoolean());
      case 9 -> BsonNull.VALUE;
      case 10 -> new BsonUndefined();
      case 11 -> new BsonDateTime(random.nextBoolean() ? 1_582_979_696_789L : random.nextLong());
      case 12 -> new BsonTimestamp(random.nextInt(), random.nextInt());
      case 13 -> new BsonObjectId(new ObjectId(random.nextInt(1 << 20), random.nextInt(1 << 20)));
      case 14 -> new BsonBinary((byte) random.nextInt(6), new byte[random.nextInt(20)]);
      case 15 -> new BsonRegularExpression(any(STRINGS), random.nextBoolean() ? "i" : "");
      case 16 -> new BsonSymbol(any(STRINGS));
      case 17 -> new BsonJavaScript("1");
      case 18 -> new BsonMinKey();
      case 19 -> new BsonMaxKey();
      case 20, 21 -> array(depth - 1);
      default -> document(depth - 1);
    };
  }

  private BsonArray array(int depth) {
    BsonArray array = new BsonArray();
    for (int size = random.nextInt(4); size > 0; size--) {
      array.add(value(depth));
    }
    return array;
  }

  /** An object; often one operator with its argument, if there are operators. */
  public BsonDocument document(int depth) {
    if (!operators.isEmpty() && random.nextInt(3) > 0) {
      return new BsonDocument(any(operators), value(depth));
    }
    BsonDocument document = new BsonDocument();
    for (int size = random.nextInt(4); size > 0; size--) {
      boolean operator = !operators.isEmpty() && random.nextInt(4) == 0;
      document.append(operator ? any(operators) : any(NAMES), value(depth));
    }
    return document;
  }
}
