package dev.tailrace.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** What holds for all values: they come back as they were, and their bytes sort as they do. */
class KeyStringPropertyTest {

  private static final ValueOrder ORDER = new ValueOrder();

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  @Provide
  Arbitrary<BsonValue> values() {
    return Values.any();
  }

  @Provide
  Arbitrary<List<BsonValue>> lists() {
    return Values.any().list().ofMaxSize(8);
  }

  @Provide
  Arbitrary<BsonValue> numbers() {
    return Values.numbers();
  }

  @Property(tries = 5_000)
  void valuesComeBackAsTheyWere(@ForAll("lists") List<BsonValue> values) {
    KeyString keyString = KeyString.encode(values);
    KeyString copy = KeyString.of(keyString.bytes(), keyString.typeBits());
    // As text, for equal documents may have their fields in another order.
    assertThat(text(copy.decode())).isEqualTo(text(values));
  }

  @Property(tries = 20_000)
  void numbersComeBackAsTheyWere(@ForAll("numbers") BsonValue number) {
    assertThat(KeyString.encode(List.of(number)).decode()).containsExactly(canonical(number));
  }

  /** Of a NaN only its being one is kept. */
  private static BsonValue canonical(BsonValue number) {
    return number.isDouble() && Double.isNaN(number.asDouble().getValue())
        ? new BsonDouble(Double.NaN)
        : number;
  }

  @Property(tries = 20_000)
  void bytesOrderNumbersByValue(
      @ForAll("numbers") BsonValue left, @ForAll("numbers") BsonValue right) {
    assertSameOrder(List.of(left), List.of(right));
  }

  @Property(tries = 10_000)
  void bytesOrderValuesOfAllTypes(
      @ForAll("values") BsonValue left, @ForAll("values") BsonValue right) {
    assertSameOrder(List.of(left), List.of(right));
  }

  @Property(tries = 3_000)
  void bytesOrderListsByTheirFirstDifference(
      @ForAll("lists") List<BsonValue> left, @ForAll("lists") List<BsonValue> right) {
    assertSameOrder(left, right);
  }

  private static void assertSameOrder(List<BsonValue> left, List<BsonValue> right) {
    int byBytes =
        Arrays.compareUnsigned(KeyString.encode(left).bytes(), KeyString.encode(right).bytes());
    int byValue = ORDER.compare(new BsonArray(left), new BsonArray(right));
    assertThat(Integer.signum(byBytes))
        .as("%s against %s", left, right)
        .isEqualTo(Integer.signum(byValue));
  }

  private static String text(List<BsonValue> values) {
    return new BsonDocument("values", new BsonArray(values)).toJson(CANONICAL);
  }
}
