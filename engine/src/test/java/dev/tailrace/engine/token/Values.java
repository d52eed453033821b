package dev.tailrace.engine.token;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
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

/** BSON values drawn at random, most of them near where their encoding changes. */
final class Values {

  private static final MathContext DIGITS = new MathContext(34, RoundingMode.DOWN);

  private Values() {}

  /** Values of every type, nested up to three deep. */
  static Arbitrary<BsonValue> any() {
    return nested(3);
  }

  private static Arbitrary<BsonValue> nested(int depth) {
    if (depth == 0) {
      return Arbitraries.oneOf(scalars(), numbers());
    }
    Arbitrary<BsonValue> inner = Arbitraries.lazy(() -> nested(depth - 1));
    return Arbitraries.frequencyOf(
        Tuple.of(4, scalars()),
        Tuple.of(4, numbers()),
        Tuple.of(1, inner.list().ofMaxSize(4).map(BsonArray::new)),
        Tuple.of(2, documents(inner)),
        Tuple.of(
            1, Combinators.combine(texts(), documents(inner)).as(BsonJavaScriptWithScope::new)));
  }

  private static Arbitrary<BsonDocument> documents(Arbitrary<BsonValue> values) {
    return Combinators.combine(names(), values)
        .as(Tuple::of)
        .list()
        .ofMaxSize(4)
        .map(
            fields -> {
              BsonDocument document = new BsonDocument();
              fields.forEach(field -> document.put(field.get1(), field.get2()));
              return document;
            });
  }

  private static Arbitrary<BsonValue> scalars() {
    return Arbitraries.oneOf(
        List.of(
            Arbitraries.of(
                new BsonMinKey(),
                new BsonMaxKey(),
                new BsonUndefined(),
                BsonNull.VALUE,
                BsonBoolean.TRUE,
                BsonBoolean.FALSE),
            texts().map(BsonString::new),
            texts().map(BsonSymbol::new),
            texts().map(BsonJavaScript::new),
            binaries(),
            objectIds().map(BsonObjectId::new),
            Arbitraries.longs().map(BsonDateTime::new),
            Arbitraries.longs().map(BsonTimestamp::new),
            Combinators.combine(names(), Arbitraries.of("", "i", "im", "x"))
                .as(BsonRegularExpression::new),
            Combinators.combine(names(), objectIds()).as(BsonDbPointer::new)));
  }

  /** Few different characters, so that many texts begin alike. */
  private static Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("\0\u0001ab\u00ff\u20ac").ofMaxLength(5);
  }

  private static Arbitrary<String> names() {
    return Arbitraries.strings().withChars("ab\u00ff").ofMaxLength(3);
  }

  private static Arbitrary<ObjectId> objectIds() {
    return Arbitraries.bytes().array(byte[].class).ofSize(12).map(ObjectId::new);
  }

  private static Arbitrary<BsonValue> binaries() {
    Arbitrary<byte[]> data =
        Arbitraries.oneOf(
            Arbitraries.bytes().array(byte[].class).ofMaxSize(4),
            Arbitraries.integers().between(248, 258).map(byte[]::new));
    return Combinators.combine(Arbitraries.of((byte) 0, (byte) 2, (byte) 4, (byte) -1), data)
        .as(BsonBinary::new);
  }

  /** Numbers of every type, whose values often come close to one another. */
  static Arbitrary<BsonValue> numbers() {
    return Arbitraries.oneOf(
        List.of(
            Arbitraries.integers().map(BsonInt32::new),
            Arbitraries.longs().map(BsonInt64::new),
            Arbitraries.doubles().map(BsonDouble::new),
            bitPatterns().map(BsonDouble::new),
            coefficientsAndExponents(),
            landmarks().flatMap(Values::near)));
  }

  private static Arbitrary<Double> bitPatterns() {
    return Arbitraries.longs()
        .withDistribution(RandomDistribution.uniform())
        .map(Double::longBitsToDouble);
  }

  private static Arbitrary<BsonValue> coefficientsAndExponents() {
    Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(34);
    Arbitrary<Integer> exponents =
        Arbitraries.oneOf(
            Arbitraries.integers().between(-6176, 6111),
            Arbitraries.integers().between(-360, 310),
            Arbitraries.integers().between(-36, 4));
    return Combinators.combine(Arbitraries.of("", "-"), digits, exponents)
        .as((sign, coefficient, exponent) -> decimal(sign + coefficient + "E" + exponent));
  }

  /** Powers of two, where most borders between two encodings are, and their like. */
  private static Arbitrary<Double> landmarks() {
    Arbitrary<Integer> exponents =
        Arbitraries.oneOf(
            Arbitraries.integers().between(-1074, 1023),
            Arbitraries.of(-1074, -1023, -1022, -256, -255, -254, -1, 0, 1, 53, 54, 55, 62, 63));
    return Arbitraries.oneOf(
        exponents.map(exponent -> Math.scalb(1.0, exponent)),
        Arbitraries.of(0.0, Double.MAX_VALUE, Double.MIN_NORMAL, 0.1, 1e15, 1e22),
        Arbitraries.integers().between(1, 300).map(n -> n / 10.0));
  }

  /** A number of any type that is the given one, or near to it, or near to its negative. */
  private static Arbitrary<BsonValue> near(double landmark) {
    List<Function<Double, BsonValue>> ways =
        List.of(
            BsonDouble::new,
            value -> new BsonDouble(Math.nextUp(value)),
            value -> new BsonDouble(Math.nextDown(value)),
            value -> new BsonInt32((int) (double) value),
            value -> new BsonInt64((long) (double) value),
            value -> new BsonInt64((long) (double) value + 1),
            value -> decimal(new BigDecimal(value).round(DIGITS)),
            value -> decimal(above(new BigDecimal(value).round(DIGITS))),
            value -> decimal(new BigDecimal(value).round(new MathContext(15))),
            value -> decimal(new BigDecimal(value).round(new MathContext(16))),
            value -> decimal(new BigDecimal(value).add(new BigDecimal("0.5")).round(DIGITS)));
    return Combinators.combine(Arbitraries.of(1, -1), Arbitraries.of(ways))
        .as((sign, way) -> way.apply(sign * landmark));
  }

  private static BigDecimal above(BigDecimal value) {
    return value.signum() == 0
        ? new BigDecimal("1E-6176")
        : value.add(BigDecimal.ONE.scaleByPowerOfTen(value.precision() - value.scale() - 34));
  }

  private static BsonDecimal128 decimal(BigDecimal value) {
    return new BsonDecimal128(new Decimal128(value));
  }

  private static BsonDecimal128 decimal(String text) {
    return new BsonDecimal128(Decimal128.parse(text));
  }
}
