package dev.tailrace.engine.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.bson.BsonBinary;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonRegularExpression;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.types.Decimal128;

/** The server's order of BSON values, told without KeyString: by type, then by value. */
final class ValueOrder implements Comparator<BsonValue> {

  private static final List<List<BsonType>> TYPES =
      List.of(
          List.of(BsonType.MIN_KEY),
          List.of(BsonType.UNDEFINED),
          List.of(BsonType.NULL),
          List.of(BsonType.INT32, BsonType.INT64, BsonType.DOUBLE, BsonType.DECIMAL128),
          List.of(BsonType.STRING, BsonType.SYMBOL),
          List.of(BsonType.DOCUMENT),
          List.of(BsonType.ARRAY),
          List.of(BsonType.BINARY),
          List.of(BsonType.OBJECT_ID),
          List.of(BsonType.BOOLEAN),
          List.of(BsonType.DATE_TIME),
          List.of(BsonType.TIMESTAMP),
          List.of(BsonType.REGULAR_EXPRESSION),
          List.of(BsonType.DB_POINTER),
          List.of(BsonType.JAVASCRIPT),
          List.of(BsonType.JAVASCRIPT_WITH_SCOPE),
          List.of(BsonType.MAX_KEY));

  @Override
  public int compare(BsonValue left, BsonValue right) {
    int byType = Integer.compare(rank(left), rank(right));
    return byType != 0 ? byType : compareSameType(left, right);
  }

  private static int rank(BsonValue value) {
    for (int rank = 0; rank < TYPES.size(); rank++) {
      if (TYPES.get(rank).contains(value.getBsonType())) {
        return rank;
      }
    }
    throw new IllegalArgumentException("no rank: " + value);
  }

  private int compareSameType(BsonValue left, BsonValue right) {
    return switch (left.getBsonType()) {
      case INT32, INT64, DOUBLE, DECIMAL128 -> compareNumbers(left, right);
      case STRING, SYMBOL -> compareText(text(left), text(right));
      case JAVASCRIPT -> compareText(left.asJavaScript().getCode(), right.asJavaScript().getCode());
      case DOCUMENT -> compareFields(left.asDocument(), right.asDocument());
      case ARRAY -> compareElements(left.asArray().iterator(), right.asArray().iterator());
      case BINARY -> compareBinary(left.asBinary(), right.asBinary());
      case OBJECT_ID ->
          Arrays.compareUnsigned(
              left.asObjectId().getValue().toByteArray(),
              right.asObjectId().getValue().toByteArray());
      case BOOLEAN -> Boolean.compare(left.asBoolean().getValue(), right.asBoolean().getValue());
      case DATE_TIME -> Long.compare(left.asDateTime().getValue(), right.asDateTime().getValue());
      case TIMESTAMP ->
          Long.compareUnsigned(left.asTimestamp().getValue(), right.asTimestamp().getValue());
      case REGULAR_EXPRESSION ->
          compareExpressions(left.asRegularExpression(), right.asRegularExpression());
      case DB_POINTER -> comparePointers(left.asDBPointer(), right.asDBPointer());
      case JAVASCRIPT_WITH_SCOPE ->
          compareScopes(left.asJavaScriptWithScope(), right.asJavaScriptWithScope());
      default -> 0;
    };
  }

  private static String text(BsonValue value) {
    return value.isSymbol() ? value.asSymbol().getSymbol() : value.asString().getValue();
  }

  private static int compareText(String left, String right) {
    return Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));
  }

  /** NaN first, then by value, whatever the types. */
  private static int compareNumbers(BsonValue left, BsonValue right) {
    int bySize = Integer.compare(size(left), size(right));
    return bySize != 0 || size(left) != FINITE ? bySize : exact(left).compareTo(exact(right));
  }

  private static final int FINITE = 2;

  private static int size(BsonValue number) {
    Decimal128 decimal =
        number.isDecimal128()
            ? number.asDecimal128().getValue()
            : number.isDouble() && !Double.isFinite(number.asDouble().getValue())
                ? Decimal128.parse(Double.toString(number.asDouble().getValue()))
                : Decimal128.POSITIVE_ZERO;
    if (decimal.isNaN()) {
      return 0;
    }
    if (decimal.isInfinite()) {
      return decimal.isNegative() ? 1 : 3;
    }
    return FINITE;
  }

  private static BigDecimal exact(BsonValue number) {
    return switch (number.getBsonType()) {
      case INT32 -> BigDecimal.valueOf(number.asInt32().getValue());
      case INT64 -> BigDecimal.valueOf(number.asInt64().getValue());
      case DOUBLE -> new BigDecimal(number.asDouble().getValue());
      default -> {
        String digits = number.asDecimal128().getValue().toString();
        yield new BigDecimal(digits);
      }
    };
  }

  private int compareFields(BsonDocument left, BsonDocument right) {
    Iterator<Map.Entry<String, BsonValue>> rights = right.entrySet().iterator();
    for (Map.Entry<String, BsonValue> field : left.entrySet()) {
      if (!rights.hasNext()) {
        return 1;
      }
      Map.Entry<String, BsonValue> other = rights.next();
      int order = Integer.compare(rank(field.getValue()), rank(other.getValue()));
      order = order != 0 ? order : compareText(field.getKey(), other.getKey());
      order = order != 0 ? order : compareSameType(field.getValue(), other.getValue());
      if (order != 0) {
        return order;
      }
    }
    return rights.hasNext() ? -1 : 0;
  }

  private int compareElements(Iterator<BsonValue> lefts, Iterator<BsonValue> rights) {
    while (lefts.hasNext() && rights.hasNext()) {
      int order = compare(lefts.next(), rights.next());
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(lefts.hasNext(), rights.hasNext());
  }

  /** The shorter one first; subtype 2 has four bytes more on the wire than in the driver. */
  private static int compareBinary(BsonBinary left, BsonBinary right) {
    int order = Integer.compare(wireLength(left), wireLength(right));
    order = order != 0 ? order : Integer.compare(left.getType() & 0xFF, right.getType() & 0xFF);
    return order != 0 ? order : Arrays.compareUnsigned(left.getData(), right.getData());
  }

  private static int wireLength(BsonBinary binary) {
    return binary.getData().length + (binary.getType() == 2 ? 4 : 0);
  }

  private static int compareExpressions(BsonRegularExpression left, BsonRegularExpression right) {
    int order = compareText(left.getPattern(), right.getPattern());
    return order != 0 ? order : compareText(left.getOptions(), right.getOptions());
  }

  private static int comparePointers(BsonDbPointer left, BsonDbPointer right) {
    byte[] leftNamespace = left.getNamespace().getBytes(UTF_8);
    byte[] rightNamespace = right.getNamespace().getBytes(UTF_8);
    int order = Integer.compare(leftNamespace.length, rightNamespace.length);
    order = order != 0 ? order : Arrays.compareUnsigned(leftNamespace, rightNamespace);
    return order != 0
        ? order
        : Arrays.compareUnsigned(left.getId().toByteArray(), right.getId().toByteArray());
  }

  private int compareScopes(BsonJavaScriptWithScope left, BsonJavaScriptWithScope right) {
    int order = compareText(left.getCode(), right.getCode());
    return order != 0 ? order : compareFields(left.getScope(), right.getScope());
  }
}
