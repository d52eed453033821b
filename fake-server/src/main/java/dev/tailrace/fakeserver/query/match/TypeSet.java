package dev.tailrace.fakeserver.query.match;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.number.NumberText;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;

/** The types that {@code $type} asks for, by names or numbers. */
final class TypeSet {

  private static final Set<BsonType> NUMBERS =
      EnumSet.of(BsonType.INT32, BsonType.INT64, BsonType.DOUBLE, BsonType.DECIMAL128);

  private final Set<BsonType> types = EnumSet.noneOf(BsonType.class);

  private TypeSet() {}

  /** Reads one type or an array of types. */
  static TypeSet parse(BsonValue value) {
    TypeSet set = new TypeSet();
    if (value instanceof BsonArray array) {
      array.forEach(set::add);
    } else {
      set.add(value);
    }
    return set;
  }

  private void add(BsonValue value) {
    if (value instanceof BsonString name) {
      addName(name.getValue());
    } else if (Numbers.isNumber(value)) {
      addCode(value);
    } else {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH, "type must be represented as a number or a string");
    }
  }

  private void addName(String name) {
    if (name.equals("number")) {
      types.addAll(NUMBERS);
    } else {
      types.add(
          BsonTypes.byName(name)
              .orElseThrow(
                  () ->
                      new CommandFailure(ErrorCode.BAD_VALUE, "Unknown type name alias: " + name)));
    }
  }

  private void addCode(BsonValue code) {
    String text = NumberText.brief(Numbers.toDouble(code));
    if (Numbers.isInt(code) && Numbers.toLong(code) == 0) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "Invalid numerical type code: " + text + ". Instead use {$exists:false}.");
    }
    types.add(
        (Numbers.isInt(code) ? BsonTypes.byCode(Numbers.toLong(code)) : Optional.<BsonType>empty())
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ErrorCode.BAD_VALUE, "Invalid numerical type code: " + text)));
  }

  boolean isEmpty() {
    return types.isEmpty();
  }

  boolean contains(BsonType type) {
    return types.contains(type);
  }
}
