package dev.tailrace.fakeserver.query.match;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.number.Decimals;
import dev.tailrace.fakeserver.query.number.Numbers;
import dev.tailrace.fakeserver.query.regex.PerlRegex;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.IntegerArgument;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/** Reads the argument of {@code $jsonSchema}. */
final class JsonSchemaParser {

  private static final ImmutableSet<String> KEYWORDS =
      ImmutableSet.of(
          "additionalItems",
          "additionalProperties",
          "allOf",
          "anyOf",
          "bsonType",
          "dependencies",
          "description",
          "enum",
          "exclusiveMaximum",
          "exclusiveMinimum",
          "items",
          "maxItems",
          "maxLength",
          "maxProperties",
          "maximum",
          "minItems",
          "minLength",
          "minProperties",
          "minimum",
          "multipleOf",
          "not",
          "oneOf",
          "pattern",
          "patternProperties",
          "properties",
          "required",
          "title",
          "type",
          "uniqueItems");

  private static final ImmutableSet<String> UNSUPPORTED =
      ImmutableSet.of("$ref", "$schema", "default", "definitions", "format", "id");

  private static final ImmutableSet<String> JSON_TYPES =
      ImmutableSet.of("array", "boolean", "null", "number", "object", "string");

  private static final JsonSchema ANYTHING = value -> true;
  private static final JsonSchema NOTHING = value -> false;

  private final BsonDocument schema;
  private final QueryContext context;
  private final List<JsonSchema> parts = new ArrayList<>();

  private JsonSchemaParser(BsonDocument schema, QueryContext context) {
    this.schema = schema;
    this.context = context;
  }

  /** The schema as a judgement on documents. */
  static Predicate parse(BsonValue value, QueryContext context) {
    if (!(value instanceof BsonDocument schema)) {
      throw new CommandFailure(ErrorCode.TYPE_MISMATCH, "$jsonSchema must be an object");
    }
    JsonSchema parsed = new JsonSchemaParser(schema, context).parse();
    return new Predicate() {
      @Override
      boolean matches(BsonDocument document, Position position) {
        return parsed.accepts(document);
      }

      @Override
      boolean matchesValue(@Nullable BsonValue element, Position position) {
        return element != null && parsed.accepts(element);
      }
    };
  }

  private JsonSchema parse() {
    requireKnownKeywords();
    logic();
    type();
    enumeration();
    numbers();
    strings();
    arrays();
    objects();
    text("title");
    text("description");
    return JsonSchema.all(parts);
  }

  private void requireKnownKeywords() {
    for (String keyword : schema.keySet()) {
      if (UNSUPPORTED.contains(keyword)) {
        throw failedToParse("$jsonSchema keyword '" + keyword + "' is not currently supported");
      }
      if (!KEYWORDS.contains(keyword)) {
        throw failedToParse("Unknown $jsonSchema keyword: " + keyword);
      }
    }
  }

  private void logic() {
    List<JsonSchema> allOf = schemas("allOf");
    if (!allOf.isEmpty()) {
      parts.add(JsonSchema.all(allOf));
    }
    List<JsonSchema> anyOf = schemas("anyOf");
    if (!anyOf.isEmpty()) {
      parts.add(JsonSchema.any(anyOf));
    }
    List<JsonSchema> oneOf = schemas("oneOf");
    if (!oneOf.isEmpty()) {
      parts.add(JsonSchema.one(oneOf));
    }
    BsonValue not = schema.get("not");
    if (not != null) {
      parts.add(
          JsonSchema.not(
              nested(
                  not,
                  "not",
                  "must be an object, but found an element of type " + BsonTypes.name(not))));
    }
  }

  private List<JsonSchema> schemas(String keyword) {
    BsonValue value = schema.get(keyword);
    if (value == null) {
      return List.of();
    }
    BsonArray array = array(keyword, value);
    if (array.isEmpty()) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, about(keyword, "must be a non-empty array"));
    }
    List<JsonSchema> schemas = new ArrayList<>();
    for (BsonValue element : array) {
      schemas.add(
          nested(
              element,
              keyword,
              "must be an array of objects, but found an element of type "
                  + BsonTypes.name(element)));
    }
    return schemas;
  }

  private JsonSchema nested(BsonValue value, String keyword, String otherwise) {
    if (!(value instanceof BsonDocument document)) {
      throw typeMismatch(keyword, otherwise);
    }
    return new JsonSchemaParser(document, context).parse();
  }

  private void type() {
    BsonValue type = schema.get("type");
    BsonValue bsonType = schema.get("bsonType");
    if (type != null && bsonType != null) {
      throw failedToParse("Cannot specify both $jsonSchema keywords 'type' and 'bsonType'");
    }
    if (type != null) {
      names("type", type).forEach(JsonSchemaParser::requireJsonType);
      parts.add(JsonSchema.type(TypeSet.parse(withBsonNames(type))));
    } else if (bsonType != null) {
      names("bsonType", bsonType);
      parts.add(JsonSchema.type(TypeSet.parse(bsonType)));
    }
  }

  private static void requireJsonType(String name) {
    if (name.equals("integer")) {
      throw failedToParse("$jsonSchema type 'integer' is not currently supported.");
    }
    if (!JSON_TYPES.contains(name)) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "Unknown type name alias: " + name);
    }
  }

  private static BsonValue withBsonNames(BsonValue type) {
    if (type instanceof BsonArray array) {
      return new BsonArray(array.stream().map(JsonSchemaParser::withBsonNames).toList());
    }
    return type.asString().getValue().equals("boolean") ? new BsonString("bool") : type;
  }

  private static List<String> names(String keyword, BsonValue value) {
    if (value instanceof BsonString name) {
      return List.of(name.getValue());
    }
    if (!(value instanceof BsonArray array)) {
      throw typeMismatch(keyword, "must be either a string or an array of strings");
    }
    List<String> names = new ArrayList<>();
    for (BsonValue element : array) {
      if (!(element instanceof BsonString name)) {
        throw typeMismatch(keyword, "array elements must be strings");
      }
      names.add(name.getValue());
    }
    return names;
  }

  private void enumeration() {
    BsonValue value = schema.get("enum");
    if (value == null) {
      return;
    }
    BsonArray values = array("enum", value);
    if (values.isEmpty()) {
      throw failedToParse(about("enum", "cannot be an empty array"));
    }
    parts.add(JsonSchema.oneOf(ImmutableList.copyOf(values)));
  }

  private void numbers() {
    bound("maximum", "exclusiveMaximum", Tests.Comparison.LTE, Tests.Comparison.LT);
    bound("minimum", "exclusiveMinimum", Tests.Comparison.GTE, Tests.Comparison.GT);
    BsonValue divisor = schema.get("multipleOf");
    if (divisor != null) {
      requireNumber("multipleOf", divisor);
      Decimal128 number = Numbers.toDecimal(divisor);
      if (Decimals.signum(number) <= 0) {
        throw failedToParse(about("multipleOf", "must have a positive value"));
      }
      parts.add(JsonSchema.multipleOf(number));
    }
  }

  private void bound(
      String keyword, String exclusive, Tests.Comparison inclusive, Tests.Comparison strict) {
    BsonValue bound = schema.get(keyword);
    BsonValue flag = schema.get(exclusive);
    if (bound != null) {
      requireNumber(keyword, bound);
    }
    if (flag != null && !flag.isBoolean()) {
      throw typeMismatch(exclusive, "must be a boolean");
    }
    if (flag != null && bound == null) {
      throw failedToParse(about(keyword, "must be a present if " + exclusive + " is present"));
    }
    if (bound != null) {
      boolean isStrict = flag != null && flag.asBoolean().getValue();
      parts.add(JsonSchema.bound(isStrict ? strict : inclusive, bound));
    }
  }

  private static void requireNumber(String keyword, BsonValue value) {
    if (!Numbers.isNumber(value)) {
      throw typeMismatch(keyword, "must be a number");
    }
  }

  private void strings() {
    if (schema.containsKey("minLength") || schema.containsKey("maxLength")) {
      parts.add(JsonSchema.length(count("minLength", 0), count("maxLength", Long.MAX_VALUE)));
    }
    BsonValue pattern = schema.get("pattern");
    if (pattern != null) {
      if (!(pattern instanceof BsonString string)) {
        throw typeMismatch("pattern", "must be a string");
      }
      parts.add(JsonSchema.pattern(regex(string.getValue())));
    }
  }

  private PerlRegex regex(String pattern) {
    try {
      return PerlRegex.compile(pattern, "", context.version());
    } catch (PerlRegex.BadPattern bad) {
      throw new CommandFailure(51_091, "Regular expression is invalid: " + bad.getMessage());
    }
  }

  private long count(String keyword, long byDefault) {
    BsonValue value = schema.get(keyword);
    return value == null ? byDefault : IntegerArgument.parseNonNegative(keyword, value);
  }

  private void arrays() {
    if (schema.containsKey("minItems") || schema.containsKey("maxItems")) {
      parts.add(JsonSchema.items(count("minItems", 0), count("maxItems", Long.MAX_VALUE)));
    }
    BsonValue unique = schema.get("uniqueItems");
    if (unique != null) {
      if (!unique.isBoolean()) {
        throw typeMismatch("uniqueItems", "must be a boolean");
      }
      if (unique.asBoolean().getValue()) {
        parts.add(JsonSchema.uniqueItems());
      }
    }
    elements();
  }

  private void elements() {
    JsonSchema additional = schemaOrFlag("additionalItems");
    BsonValue items = schema.get("items");
    if (items instanceof BsonArray array) {
      ImmutableList.Builder<JsonSchema> first = ImmutableList.builder();
      for (BsonValue element : array) {
        first.add(
            nested(
                element,
                "items",
                "requires that each element of the array is an object, but found a "
                    + BsonTypes.name(element)));
      }
      parts.add(JsonSchema.elements(first.build(), additional));
    } else if (items != null) {
      JsonSchema each =
          nested(items, "items", "must be an array or an object, not " + BsonTypes.name(items));
      parts.add(JsonSchema.elements(ImmutableList.of(), each));
    }
  }

  /** A keyword that takes a schema, or a flag for anything or nothing. */
  private JsonSchema schemaOrFlag(String keyword) {
    BsonValue value = schema.get(keyword);
    if (value == null) {
      return ANYTHING;
    }
    if (value.isBoolean()) {
      return value.asBoolean().getValue() ? ANYTHING : NOTHING;
    }
    return nested(
        value,
        keyword,
        "must be either an object or a boolean, but got a " + BsonTypes.name(value));
  }

  private void objects() {
    if (schema.containsKey("minProperties") || schema.containsKey("maxProperties")) {
      parts.add(JsonSchema.size(count("minProperties", 0), count("maxProperties", Long.MAX_VALUE)));
    }
    BsonValue required = schema.get("required");
    if (required != null) {
      parts.add(JsonSchema.required(distinctNames("required", required)));
    }
    ImmutableMap<String, JsonSchema> properties = properties();
    parts.add(JsonSchema.properties(properties));
    otherProperties(properties.keySet());
    dependencies();
  }

  private ImmutableMap<String, JsonSchema> properties() {
    ImmutableMap.Builder<String, JsonSchema> properties = ImmutableMap.builder();
    object("properties").forEach((name, value) -> properties.put(name, property(name, value)));
    return properties.buildOrThrow();
  }

  private JsonSchema property(String name, BsonValue value) {
    if (!(value instanceof BsonDocument document)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "Nested schema for $jsonSchema property '" + name + "' must be an object");
    }
    return new JsonSchemaParser(document, context).parse();
  }

  private void otherProperties(ImmutableSet<String> names) {
    boolean any =
        schema.containsKey("patternProperties") || schema.containsKey("additionalProperties");
    if (!any) {
      return;
    }
    ImmutableMap.Builder<PerlRegex, JsonSchema> patterns = ImmutableMap.builder();
    object("patternProperties")
        .forEach((name, value) -> patterns.put(regex(name), property(name, value)));
    parts.add(
        JsonSchema.otherProperties(
            names, patterns.buildOrThrow(), schemaOrFlag("additionalProperties")));
  }

  private void dependencies() {
    object("dependencies")
        .forEach(
            (name, value) ->
                parts.add(
                    JsonSchema.dependency(
                        name,
                        value.isArray()
                            ? JsonSchema.required(distinctNames("dependencies", value))
                            : nested(
                                value,
                                "dependencies",
                                "must be an object or an array, but found a "
                                    + BsonTypes.name(value)))));
  }

  private BsonDocument object(String keyword) {
    BsonValue value = schema.get(keyword);
    if (value == null) {
      return new BsonDocument();
    }
    if (!(value instanceof BsonDocument document)) {
      throw typeMismatch(keyword, "must be an object");
    }
    return document;
  }

  private static ImmutableSet<String> distinctNames(String keyword, BsonValue value) {
    BsonArray array = array(keyword, value);
    if (array.isEmpty()) {
      throw failedToParse(about(keyword, "cannot be an empty array"));
    }
    ImmutableSet.Builder<String> names = ImmutableSet.builder();
    for (BsonValue element : array) {
      if (!(element instanceof BsonString name)) {
        throw typeMismatch(
            keyword,
            "must be an array of strings, but found an element of type: "
                + BsonTypes.name(element));
      }
      names.add(name.getValue());
    }
    ImmutableSet<String> distinct = names.build();
    if (distinct.size() != array.size()) {
      throw failedToParse(about(keyword, "array cannot contain duplicate values"));
    }
    return distinct;
  }

  private void text(String keyword) {
    BsonValue value = schema.get(keyword);
    if (value != null && !value.isString()) {
      throw typeMismatch(keyword, "must be of type string");
    }
  }

  private static BsonArray array(String keyword, BsonValue value) {
    if (!(value instanceof BsonArray array)) {
      throw typeMismatch(keyword, "must be an array");
    }
    return array;
  }

  private static String about(String keyword, String message) {
    return "$jsonSchema keyword '" + keyword + "' " + message;
  }

  private static CommandFailure typeMismatch(String keyword, String message) {
    return new CommandFailure(ErrorCode.TYPE_MISMATCH, about(keyword, message));
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }
}
