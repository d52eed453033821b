package dev.tailrace.fakeserver.query.match;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.query.number.Decimals;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.regex.PerlRegex;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/**
 * A schema, as {@code $jsonSchema} takes it (JSON Schema draft 4, with BSON types): a judgement on
 * one value. Most keywords concern values of one type only and let all others pass.
 */
@FunctionalInterface
interface JsonSchema {

  boolean accepts(BsonValue value);

  static JsonSchema all(List<JsonSchema> schemas) {
    return value -> schemas.stream().allMatch(schema -> schema.accepts(value));
  }

  static JsonSchema any(List<JsonSchema> schemas) {
    return value -> schemas.stream().anyMatch(schema -> schema.accepts(value));
  }

  static JsonSchema one(List<JsonSchema> schemas) {
    return value -> schemas.stream().filter(schema -> schema.accepts(value)).count() == 1;
  }

  static JsonSchema not(JsonSchema schema) {
    return value -> !schema.accepts(value);
  }

  static JsonSchema type(TypeSet types) {
    return value -> types.contains(value.getBsonType());
  }

  /** One of these values; the order of fields does not count. */
  static JsonSchema oneOf(ImmutableList<BsonValue> values) {
    Set<BsonOrder.Key> keys = new HashSet<>();
    values.forEach(value -> keys.add(sorted(value)));
    return value -> keys.contains(sorted(value));
  }

  static JsonSchema bound(Tests.Comparison comparison, BsonValue bound) {
    ValueTest test = Tests.comparison(comparison, bound, BsonOrder.SIMPLE);
    return value -> !(value instanceof BsonNumber) || test.test(value);
  }

  static JsonSchema multipleOf(Decimal128 divisor) {
    return value ->
        !(value instanceof BsonNumber)
            || Decimals.isZero(Decimals.remainder(Numbers.toDecimal(value), divisor));
  }

  /** Strings of so many code points. */
  static JsonSchema length(long least, long most) {
    return value -> {
      if (!(value instanceof BsonString string)) {
        return true;
      }
      int length = string.getValue().codePointCount(0, string.getValue().length());
      return length >= least && length <= most;
    };
  }

  static JsonSchema pattern(PerlRegex regex) {
    return value -> !(value instanceof BsonString string) || regex.isFoundIn(string.getValue());
  }

  static JsonSchema items(long least, long most) {
    return value ->
        !(value instanceof BsonArray array) || (array.size() >= least && array.size() <= most);
  }

  static JsonSchema uniqueItems() {
    return value -> {
      Set<BsonOrder.Key> seen = new HashSet<>();
      return !(value instanceof BsonArray array)
          || array.stream().allMatch(element -> seen.add(sorted(element)));
    };
  }

  /**
   * What the elements must fulfil.
   *
   * @param first one schema for each of the first elements
   * @param rest the schema of all further ones
   */
  static JsonSchema elements(ImmutableList<JsonSchema> first, JsonSchema rest) {
    return value -> {
      if (!(value instanceof BsonArray array)) {
        return true;
      }
      int index = 0;
      for (BsonValue element : array) {
        JsonSchema schema = index < first.size() ? first.get(index) : rest;
        if (!schema.accepts(element)) {
          return false;
        }
        index++;
      }
      return true;
    };
  }

  static JsonSchema size(long least, long most) {
    return value ->
        !(value instanceof BsonDocument document)
            || (document.size() >= least && document.size() <= most);
  }

  static JsonSchema required(ImmutableSet<String> names) {
    return value ->
        !(value instanceof BsonDocument document) || document.keySet().containsAll(names);
  }

  /** Schemas of fields by name; fields that are missing pass. */
  static JsonSchema properties(ImmutableMap<String, JsonSchema> properties) {
    return value -> {
      if (!(value instanceof BsonDocument document)) {
        return true;
      }
      for (Map.Entry<String, JsonSchema> property : properties.entrySet()) {
        @Nullable BsonValue field = document.get(property.getKey());
        if (field != null && !property.getValue().accepts(field)) {
          return false;
        }
      }
      return true;
    };
  }

  /** Schemas of fields by patterns of their names, and of those that no name or pattern covers. */
  static JsonSchema otherProperties(
      ImmutableSet<String> names,
      ImmutableMap<PerlRegex, JsonSchema> patterns,
      JsonSchema additional) {
    return value -> {
      if (!(value instanceof BsonDocument document)) {
        return true;
      }
      for (Map.Entry<String, BsonValue> field : document.entrySet()) {
        boolean covered = names.contains(field.getKey());
        for (Map.Entry<PerlRegex, JsonSchema> pattern : patterns.entrySet()) {
          if (pattern.getKey().isFoundIn(field.getKey())) {
            covered = true;
            if (!pattern.getValue().accepts(field.getValue())) {
              return false;
            }
          }
        }
        if (!covered && !additional.accepts(field.getValue())) {
          return false;
        }
      }
      return true;
    };
  }

  /** If the field is there, the schema must hold for the whole object. */
  static JsonSchema dependency(String name, JsonSchema schema) {
    return value ->
        !(value instanceof BsonDocument document)
            || !document.containsKey(name)
            || schema.accepts(value);
  }

  /** A key under which values are equal whatever the order of their fields. */
  private static BsonOrder.Key sorted(BsonValue value) {
    return BsonOrder.SIMPLE.key(withSortedFields(value));
  }

  private static BsonValue withSortedFields(BsonValue value) {
    if (value instanceof BsonDocument document) {
      BsonDocument sorted = new BsonDocument();
      new TreeMap<>(document)
          .forEach((name, field) -> sorted.append(name, withSortedFields(field)));
      return sorted;
    }
    if (value instanceof BsonArray array) {
      return new BsonArray(array.stream().map(JsonSchema::withSortedFields).toList());
    }
    return value;
  }
}
