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

  private static final Set<String> UNPLAYED =
      Set.of("text", "2d", "2dsphere", "geoHaystack", "columnstore");

  private IndexSpecs() {}

  /**
   * The index that a specification of {@code createIndexes} describes.
   *
   * @throws CommandFailure as the server would refuse it
   */
  static Index parse(Invocation call, RawBsonDocument given) {
    BsonDocument spec = ShallowDocument.open(given);
    try {
      check(spec);
    } catch (CommandFailure e) {
      throw e.causedIn("Error in specification " + ElementText.value(given));
    }
    Expiry.checkIndex(call, spec);
    BsonDocument normal = normalize(spec, call.version());
    BsonDocument filter =
        normal.get("partialFilterExpression") instanceof BsonDocument expression
            ? expression
            : null;
    return Index.of(
        normal,
        filter == null
            ? null
            : Matcher.parse(filter, call.queryContext(Collation.SIMPLE, new BsonDocument())));
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
    if (!(name instanceof BsonString text)) {
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
    if (text.getValue().isEmpty() || text.getValue().equals("*")) {
      throw cannotCreate(
          text.getValue().isEmpty()
              ? "index names cannot be empty"
              : "The index name '*' is not valid.");
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
      if (field.getKey().isEmpty()) {
        throw cannotCreate("Index keys cannot be an empty field.");
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
    BsonDocument normal = new BsonDocument("v", new BsonInt32(2));
    boolean unique =
        Flags.isTrue(spec, "unique")
            || (spec.get("unique") instanceof BsonNumber number && number.intValue() != 0);
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
