package dev.tailrace.fakeserver.command;

import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.idl.Idl;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import dev.tailrace.fakeserver.query.value.Collation;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.Index;
import dev.tailrace.fakeserver.storage.ShallowDocument;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Descriptions of indexes: what is one, and which two are the same. */
final class IndexSpecs {

  private static final Set<String> KNOWN =
      Set.of(
          "v",
          "key",
          "name",
          "ns",
          "unique",
          "background",
          "sparse",
          Expiry.OPTION,
          "hidden",
          "storageEngine",
          "weights",
          "default_language",
          "language_override",
          "textIndexVersion",
          "2dsphereIndexVersion",
          "bits",
          "min",
          "max",
          "bucketSize",
          "finestIndexedLevel",
          "coarsestIndexedLevel",
          "partialFilterExpression",
          "collation",
          "wildcardProjection",
          "prepareUnique",
          "clustered",
          "dropDups");

  /** What may be said of the index of {@code _id}. */
  private static final Set<String> OF_ID_INDEX =
      Set.of("key", "name", "ns", "v", "collation", "hidden", "clustered");

  private static final Set<String> UNPLAYED =
      Set.of("text", "2d", "2dsphere", "geoHaystack", "columnstore");

  private static final BsonInt32 V2 = new BsonInt32(2);

  private IndexSpecs() {}

  /**
   * The index that a specification of {@code createIndexes} describes.
   *
   * @throws CommandFailure as the server would refuse it
   */
  static Index parse(Invocation call, RawBsonDocument given) {
    boolean ignoresUnknown = Flags.isTrue(call.request().body(), "ignoreUnknownIndexOptions");
    BsonDocument spec = ShallowDocument.open(given);
    if (ignoresUnknown) {
      spec.keySet().retainAll(KNOWN);
    }
    try {
      check(spec);
    } catch (CommandFailure e) {
      throw e.causedIn("Error in specification " + ElementText.value(spec));
    }
    checkName(spec, call.version());
    if (spec.getString("name").getValue().isEmpty()) {
      throw cannotCreate("index names cannot be empty");
    }
    Expiry.checkIndex(call, spec);
    BsonDocument normal = normalize(spec, call.version());
    if (!(normal.get("partialFilterExpression") instanceof BsonDocument filter)) {
      return Index.of(normal, null);
    }
    if (Flags.isTrue(normal, "sparse")) {
      throw cannotCreate("cannot mix \"partialFilterExpression\" and \"sparse\" options");
    }
    Matcher matcher =
        Matcher.parse(filter, call.queryContext(Collation.SIMPLE, new BsonDocument()));
    if (!call.version().atLeast(6, 0)) {
      FilterText.requireFitForPartialIndex(filter);
    }
    return Index.of(normal, matcher);
  }

  /**
   * The description of a collection's own order, in full.
   *
   * @throws CommandFailure 40414 if something is missing, 197 if it is not unique and by {@code
   *     _id}
   */
  static BsonDocument clustered(BsonDocument given) {
    for (String required : List.of("key", "unique")) {
      if (!given.containsKey(required)) {
        throw Idl.missingField("create.clusteredIndex." + required);
      }
    }
    boolean isOfId = given.get("key") instanceof BsonDocument key && Index.isIdKey(key);
    if (!isOfId || !Flags.isTrue(given, "unique")) {
      throw new CommandFailure(
          ErrorCode.INVALID_INDEX_SPECIFICATION_OPTION,
          "The clusteredIndex option requires unique: true and a key of {_id: 1}");
    }
    return new BsonDocument("v", new BsonInt32(2))
        .append("key", given.get("key"))
        .append("name", given.containsKey("name") ? given.get("name") : new BsonString("_id_"))
        .append("unique", BsonBoolean.TRUE);
  }

  /**
   * Refuses a description that the index of {@code _id} cannot have.
   *
   * @throws CommandFailure as the server would refuse it
   */
  static void checkIdIndex(BsonDocument given, ServerVersion version) {
    BsonDocument spec = new BsonDocument();
    spec.putAll(given);
    check(spec);
    if (!Index.isIdKey(spec.getDocument("key"))) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "The field 'key' for an _id index must be {_id: 1}, but got "
              + ElementText.value(spec.getDocument("key")));
    }
    checkName(spec, version);
  }

  private static void check(BsonDocument spec) {
    BsonValue key = spec.get("key");
    if (key == null) {
      throw failedToParse("The 'key' field is a required property of an index specification");
    }
    if (!(key instanceof BsonDocument pattern)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "The field 'key' must be an object, but got " + BsonTypes.name(key));
    }
    BsonValue name = spec.get("name");
    if (name == null) {
      throw failedToParse("The 'name' field is a required property of an index specification");
    }
    if (!name.isString()) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "The field 'name' must be a string, but got " + BsonTypes.name(name));
    }
    for (String field : spec.keySet()) {
      if (!KNOWN.contains(field)) {
        throw new CommandFailure(
            ErrorCode.INVALID_INDEX_SPECIFICATION_OPTION,
            "The field '%s' is not valid for an index specification. Specification: %s"
                .formatted(field, ElementText.value(spec)));
      }
    }
    checkKey(pattern);
    requireOptionType(spec, "partialFilterExpression", BsonType.DOCUMENT, "an object");
    requireOptionType(spec, "collation", BsonType.DOCUMENT, "an object");
    requireOptionType(spec, "wildcardProjection", BsonType.DOCUMENT, "an object");
    requireOptionType(spec, "hidden", BsonType.BOOLEAN, "a bool");
    checkVersion(spec);
    checkUnique(spec, pattern);
  }

  private static void checkUnique(BsonDocument spec, BsonDocument pattern) {
    if (!isUnique(spec)) {
      return;
    }
    if (pattern.keySet().stream().anyMatch(path -> path.equals("$**") || path.endsWith(".$**"))) {
      throw cannotCreate("Index type 'wildcard' does not support the unique option");
    }
    if (pattern.containsValue(new BsonString("hashed"))) {
      throw new CommandFailure(
          16_764, "Currently hashed indexes cannot guarantee uniqueness. Use a regular index.");
    }
  }

  private static boolean isUnique(BsonDocument spec) {
    return Flags.isTrue(spec, "unique")
        || (spec.get("unique") instanceof BsonNumber number && number.intValue() != 0);
  }

  private static void requireOptionType(
      BsonDocument spec, String option, BsonType type, String wanted) {
    BsonValue value = spec.get(option);
    if (value != null && value.getBsonType() != type) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "The field '%s' must be %s, but got %s".formatted(option, wanted, BsonTypes.name(value)));
    }
  }

  private static void checkVersion(BsonDocument spec) {
    BsonValue version = spec.get("v");
    if (version == null) {
      return;
    }
    if (!(version instanceof BsonNumber number)) {
      throw new CommandFailure(
          ErrorCode.TYPE_MISMATCH,
          "The field 'v' must be a number, but got " + BsonTypes.name(version));
    }
    if (number.doubleValue() != 1 && number.doubleValue() != 2) {
      throw cannotCreate(
          "Invalid index specification %s; cannot create an index with v=%d"
              .formatted(ElementText.value(spec), number.longValue()));
    }
  }

  /** Names that mean something else, and what the index of {@code _id} may not be given. */
  private static void checkName(BsonDocument spec, ServerVersion version) {
    BsonDocument key = spec.getDocument("key");
    String name = spec.getString("name").getValue();
    if (Index.isIdKey(key)) {
      BsonDocument full = new BsonDocument();
      full.putAll(spec);
      full.putIfAbsent("v", new BsonInt32(2));
      for (String field : full.keySet()) {
        if (!OF_ID_INDEX.contains(field)) {
          throw new CommandFailure(
              ErrorCode.INVALID_INDEX_SPECIFICATION_OPTION,
              "The field '%s' is not valid for an _id index specification. Specification: %s"
                  .formatted(field, ElementText.value(full)));
        }
      }
      if (key.getNumber("_id").doubleValue() != 1) {
        throw new CommandFailure(
            ErrorCode.BAD_VALUE,
            "The field 'key' for an _id index must be {_id: 1}, but got " + ElementText.value(key));
      }
      if (full.containsKey("hidden")) {
        throw new CommandFailure(ErrorCode.BAD_VALUE, "can't hide _id index");
      }
    } else if (name.equals("_id_")) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "The index name '_id_' is reserved for the _id index, which must have key pattern"
              + " {_id: 1}, found "
              + (version.atLeast(5, 0) ? "" : "key: ")
              + ElementText.value(key));
    } else if (name.equals("*")) {
      throw new CommandFailure(ErrorCode.BAD_VALUE, "The index name '*' is not valid.");
    }
  }

  private static void checkKey(BsonDocument pattern) {
    if (pattern.isEmpty()) {
      throw cannotCreate("Index keys cannot be empty.");
    }
    for (Map.Entry<String, BsonValue> field : pattern.entrySet()) {
      BsonValue direction = field.getValue();
      if (direction instanceof BsonNumber number) {
        if (number.doubleValue() == 0) {
          throw cannotCreate(
              "Values in the index key pattern cannot be 0. It must be either a positive or a"
                  + " negative number.");
        }
      } else if (direction instanceof BsonString plugin) {
        checkPlugin(plugin.getValue());
      } else {
        throw cannotCreate(
            "Values in v:2 index key pattern cannot be of type %s. Only numbers > 0, numbers < 0,"
                    .formatted(BsonTypes.name(direction))
                + " and strings are allowed.");
      }
      checkPath(field.getKey());
    }
  }

  private static void checkPath(String path) {
    if (path.isEmpty()) {
      throw cannotCreate("Index keys cannot be an empty field.");
    }
    List<String> components = List.of(path.split("\\.", -1));
    for (int i = 0; i < components.size(); i++) {
      String component = components.get(i);
      if (component.isEmpty()) {
        throw cannotCreate("Index keys cannot contain an empty field.");
      }
      boolean isReference =
          i > 0 && (component.equals("$id") || component.equals("$ref") || component.equals("$db"));
      boolean isWildcard = component.equals("$**") && i == components.size() - 1;
      if (component.startsWith("$") && !isReference && !isWildcard) {
        throw cannotCreate("Index key contains an illegal field name: field name starts with '$'.");
      }
    }
  }

  /** A hashed index is as good as any; the others answer queries that the fake does not. */
  private static void checkPlugin(String name) {
    if (UNPLAYED.contains(name)) {
      throw new CommandFailure(
          ErrorCode.NOT_IMPLEMENTED, "the fake server keeps no indexes of type '" + name + "'");
    }
    if (!name.equals("hashed")) {
      throw cannotCreate("Unknown index plugin '" + name + "'");
    }
  }

  /** The description as the catalog keeps it. */
  private static BsonDocument normalize(BsonDocument spec, ServerVersion version) {
    BsonDocument normal =
        new BsonDocument(
            "v", spec.get("v") instanceof BsonNumber v ? new BsonInt32(v.intValue()) : V2);
    boolean unique = isUnique(spec);
    boolean uniqueFirst = !version.atLeast(5, 0);
    if (unique && uniqueFirst) {
      normal.append("unique", BsonBoolean.TRUE);
    }
    normal.append("key", spec.get("key")).append("name", spec.get("name"));
    for (Map.Entry<String, BsonValue> option : spec.entrySet()) {
      switch (option.getKey()) {
        case "v", "key", "name", "ns", "dropDups" -> {}
        case "unique" -> {
          if (unique && !uniqueFirst) {
            normal.append("unique", BsonBoolean.TRUE);
          }
        }
        case "collation" -> {
          if (option.getValue() instanceof BsonDocument collation
              && !Collation.parse(collation).isSimple()) {
            normal.append("collation", Collation.parse(collation).spec());
          }
        }
        default -> normal.append(option.getKey(), option.getValue());
      }
    }
    return normal;
  }

  /**
   * Whether the collection has the index already.
   *
   * @throws CommandFailure 85 or 86 if it has one that is too much like it
   */
  static boolean exists(StoredCollection collection, Index wanted, ServerVersion version) {
    Index sameName = collection.index(wanted.name());
    if (sameName != null) {
      if (sameName.spec().equals(wanted.spec()) || Index.isIdKey(wanted.key())) {
        return true;
      }
      throw new CommandFailure(
          sameName.key().equals(wanted.key())
              ? ErrorCode.INDEX_OPTIONS_CONFLICT
              : ErrorCode.INDEX_KEY_SPECS_CONFLICT,
          "An existing index has the same name as the requested index. When index names are not"
              + " specified, they are auto generated and can cause conflicts. Please refer to our"
              + " documentation. Requested index: %s, existing index: %s"
                  .formatted(ElementText.value(wanted.spec()), ElementText.value(sameName.spec())));
    }
    Index sameKey = withKey(collection, wanted.key());
    if (sameKey == null) {
      return false;
    }
    if (Index.isIdKey(wanted.key())) {
      return true;
    }
    throw new CommandFailure(
        ErrorCode.INDEX_OPTIONS_CONFLICT,
        version.atLeast(5, 0)
            ? "Index already exists with a different name: " + sameKey.name()
            : "Index with name: %s already exists with a different name".formatted(wanted.name()));
  }

  /** The collection's index with that key pattern, or null. */
  static @Nullable Index withKey(StoredCollection collection, BsonDocument key) {
    for (Index index : collection.indexes()) {
      if (index.key().equals(key)) {
        return index;
      }
    }
    return null;
  }

  private static CommandFailure failedToParse(String message) {
    return new CommandFailure(ErrorCode.FAILED_TO_PARSE, message);
  }

  private static CommandFailure cannotCreate(String message) {
    return new CommandFailure(ErrorCode.CANNOT_CREATE_INDEX, message);
  }
}
