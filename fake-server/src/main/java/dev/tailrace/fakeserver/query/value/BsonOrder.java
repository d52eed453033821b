package dev.tailrace.fakeserver.query.value;

import dev.tailrace.fakeserver.query.number.Numbers;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDbPointer;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The server's total order of values, and the equality and hash that go with it.
 *
 * <p>Types form classes that follow each other: minKey, missing and undefined, null, numbers,
 * strings and symbols, objects, arrays, binary, object id, bool, date, timestamp, regex, dbPointer,
 * code, code with scope, maxKey. Numbers compare by value whatever their type. Objects compare
 * field by field: class of the value, then name, then value. Strings compare by the collation.
 *
 * <p>A missing value is {@code null}. Immutable and thread-safe.
 */
public final class BsonOrder implements Comparator<@Nullable BsonValue> {

  /** Order and equality with strings compared by their bytes. */
  public static final BsonOrder SIMPLE = new BsonOrder(Collation.SIMPLE);

  private final Collation collation;

  private BsonOrder(Collation collation) {
    this.collation = collation;
  }

  public static BsonOrder of(Collation collation) {
    return collation == Collation.SIMPLE ? SIMPLE : new BsonOrder(collation);
  }

  public Collation collation() {
    return collation;
  }

  @Override
  public int compare(@Nullable BsonValue a, @Nullable BsonValue b) {
    int classes = Integer.compare(BsonTypes.orderClass(a), BsonTypes.orderClass(b));
    return classes != 0 || a == null || b == null ? classes : compareOfOneClass(a, b);
  }

  public boolean equal(@Nullable BsonValue a, @Nullable BsonValue b) {
    return compare(a, b) == 0;
  }

  private int compareOfOneClass(BsonValue a, BsonValue b) {
    return switch (a.getBsonType()) {
      case INT32, INT64, DOUBLE, DECIMAL128 -> Numbers.compare(a, b);
      case STRING, SYMBOL -> collation.compare(text(a), text(b));
      case DOCUMENT -> compareDocuments(a.asDocument(), b.asDocument());
      case ARRAY -> compareArrays(a.asArray(), b.asArray());
      case BINARY -> compareBinary(a.asBinary(), b.asBinary());
      case OBJECT_ID -> a.asObjectId().compareTo(b.asObjectId());
      case BOOLEAN -> Boolean.compare(a.asBoolean().getValue(), b.asBoolean().getValue());
      case DATE_TIME -> Long.compare(a.asDateTime().getValue(), b.asDateTime().getValue());
      case TIMESTAMP ->
          Long.compareUnsigned(a.asTimestamp().getValue(), b.asTimestamp().getValue());
      case REGULAR_EXPRESSION -> compareRegex(a.asRegularExpression(), b.asRegularExpression());
      case DB_POINTER -> comparePointers(a.asDBPointer(), b.asDBPointer());
      case JAVASCRIPT -> Utf8.compare(a.asJavaScript().getCode(), b.asJavaScript().getCode());
      case JAVASCRIPT_WITH_SCOPE -> {
        int code =
            Utf8.compare(a.asJavaScriptWithScope().getCode(), b.asJavaScriptWithScope().getCode());
        yield code != 0
            ? code
            : compareDocuments(
                a.asJavaScriptWithScope().getScope(), b.asJavaScriptWithScope().getScope());
      }
      case NULL, UNDEFINED, MIN_KEY, MAX_KEY, END_OF_DOCUMENT -> 0;
    };
  }

  private static String text(BsonValue stringOrSymbol) {
    return stringOrSymbol.isString()
        ? stringOrSymbol.asString().getValue()
        : stringOrSymbol.asSymbol().getSymbol();
  }

  private int compareDocuments(BsonDocument a, BsonDocument b) {
    Iterator<Map.Entry<String, BsonValue>> left = a.entrySet().iterator();
    Iterator<Map.Entry<String, BsonValue>> right = b.entrySet().iterator();
    while (left.hasNext() && right.hasNext()) {
      Map.Entry<String, BsonValue> x = left.next();
      Map.Entry<String, BsonValue> y = right.next();
      int compared =
          Integer.compare(BsonTypes.orderClass(x.getValue()), BsonTypes.orderClass(y.getValue()));
      compared = compared != 0 ? compared : Utf8.compare(x.getKey(), y.getKey());
      compared = compared != 0 ? compared : compareOfOneClass(x.getValue(), y.getValue());
      if (compared != 0) {
        return compared;
      }
    }
    return Boolean.compare(left.hasNext(), right.hasNext());
  }

  private int compareArrays(BsonArray a, BsonArray b) {
    Iterator<BsonValue> left = a.iterator();
    Iterator<BsonValue> right = b.iterator();
    while (left.hasNext() && right.hasNext()) {
      int compared = compare(left.next(), right.next());
      if (compared != 0) {
        return compared;
      }
    }
    return Boolean.compare(left.hasNext(), right.hasNext());
  }

  private static int compareBinary(BsonBinary a, BsonBinary b) {
    int length = Integer.compare(a.getData().length, b.getData().length);
    if (length != 0) {
      return length;
    }
    int subtype = Integer.compare(a.getType() & 0xFF, b.getType() & 0xFF);
    return subtype != 0 ? subtype : Arrays.compareUnsigned(a.getData(), b.getData());
  }

  private static int compareRegex(BsonRegularExpression a, BsonRegularExpression b) {
    int pattern = Utf8.compare(a.getPattern(), b.getPattern());
    return pattern != 0 ? pattern : Utf8.compare(a.getOptions(), b.getOptions());
  }

  private static int comparePointers(BsonDbPointer a, BsonDbPointer b) {
    int length = Integer.compare(Utf8.length(a.getNamespace()), Utf8.length(b.getNamespace()));
    if (length != 0) {
      return length;
    }
    int namespace = Utf8.compare(a.getNamespace(), b.getNamespace());
    return namespace != 0 ? namespace : a.getId().compareTo(b.getId());
  }

  /** A hash that agrees with {@link #equal}. */
  public int hash(@Nullable BsonValue value) {
    if (value == null) {
      return 0;
    }
    int hash =
        switch (value.getBsonType()) {
          case INT32, INT64, DOUBLE, DECIMAL128 -> Numbers.hash(value);
          case STRING, SYMBOL -> collation.hash(text(value));
          case DOCUMENT -> hashDocument(value.asDocument());
          case ARRAY -> hashAll(value.asArray(), this::hash);
          case BINARY -> Arrays.hashCode(value.asBinary().getData());
          case JAVASCRIPT_WITH_SCOPE -> value.asJavaScriptWithScope().getCode().hashCode();
          case NULL, UNDEFINED, MIN_KEY, MAX_KEY, END_OF_DOCUMENT -> 0;
          case OBJECT_ID,
              BOOLEAN,
              DATE_TIME,
              TIMESTAMP,
              REGULAR_EXPRESSION,
              DB_POINTER,
              JAVASCRIPT ->
              value.hashCode();
        };
    return 31 * BsonTypes.orderClass(value) + hash;
  }

  private int hashDocument(BsonDocument document) {
    return hashAll(
        document.entrySet(), field -> 31 * field.getKey().hashCode() + hash(field.getValue()));
  }

  private static <T> int hashAll(Iterable<T> items, ToIntFunction<T> hash) {
    int all = 1;
    for (T item : items) {
      all = 31 * all + hash.applyAsInt(item);
    }
    return all;
  }

  /** A value as a key of hash maps and sets, under this order's equality. */
  public Key key(@Nullable BsonValue value) {
    return new Key(this, value);
  }

  /** A value that is equal to another if the order says so. */
  public static final class Key {
    private final BsonOrder order;
    private final @Nullable BsonValue value;
    private final int hash;

    private Key(BsonOrder order, @Nullable BsonValue value) {
      this.order = order;
      this.value = value;
      this.hash = order.hash(value);
    }

    public @Nullable BsonValue value() {
      return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && hash == key.hash && order.equal(value, key.value);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /**
   * Whether two values are the same bytes: same types, same order of fields, zeros told apart. This
   * is how the server decides whether an update changed anything.
   */
  public static boolean identical(@Nullable BsonValue a, @Nullable BsonValue b) {
    if (a == null || b == null || a.getBsonType() != b.getBsonType()) {
      return a == b;
    }
    return switch (a.getBsonType()) {
      case DOCUMENT -> identicalFields(a.asDocument(), b.asDocument());
      case ARRAY -> identicalElements(a.asArray().iterator(), b.asArray().iterator());
      case JAVASCRIPT_WITH_SCOPE ->
          a.asJavaScriptWithScope().getCode().equals(b.asJavaScriptWithScope().getCode())
              && identicalFields(
                  a.asJavaScriptWithScope().getScope(), b.asJavaScriptWithScope().getScope());
      case DOUBLE ->
          Double.doubleToRawLongBits(a.asDouble().getValue())
              == Double.doubleToRawLongBits(b.asDouble().getValue());
      default -> a.equals(b);
    };
  }

  private static boolean identicalFields(BsonDocument a, BsonDocument b) {
    Iterator<Map.Entry<String, BsonValue>> left = a.entrySet().iterator();
    Iterator<Map.Entry<String, BsonValue>> right = b.entrySet().iterator();
    while (left.hasNext() && right.hasNext()) {
      Map.Entry<String, BsonValue> x = left.next();
      Map.Entry<String, BsonValue> y = right.next();
      if (!x.getKey().equals(y.getKey()) || !identical(x.getValue(), y.getValue())) {
        return false;
      }
    }
    return !left.hasNext() && !right.hasNext();
  }

  private static boolean identicalElements(Iterator<BsonValue> a, Iterator<BsonValue> b) {
    while (a.hasNext() && b.hasNext()) {
      if (!identical(a.next(), b.next())) {
        return false;
      }
    }
    return !a.hasNext() && !b.hasNext();
  }
}
