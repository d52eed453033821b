package dev.tailrace.fakeserver.query.update;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.query.QueryContext;
import dev.tailrace.fakeserver.query.value.BsonTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** What documents must be like to be stored: names of fields, depth, the type of {@code _id}. */
final class StorageRules {

  /** How deep documents may nest. */
  static final int MAX_DEPTH = 180;

  private final boolean allowsDollars;

  StorageRules(QueryContext context) {
    this.allowsDollars = context.atLeast(5, 0);
  }

  /**
   * Checks a whole document, made by a replacement, a pipeline or an upsert.
   *
   * @param fromPipeline whether a pipeline made it, which from 5.0 may make any names
   */
  void check(BsonDocument document, boolean fromPipeline) {
    List<Map.Entry<String, BsonValue>> fields = new ArrayList<>(document.entrySet());
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).getKey();
      if (name.equals("_id")) {
        checkId(fields.get(i).getValue());
      }
      if (!fromPipeline) {
        checkTopName(name);
      }
      checkField(fields, i, "", 1);
    }
  }

  private void checkTopName(String name) {
    if (name.startsWith("$") && allowsDollars) {
      throw new CommandFailure(
          ErrorCode.DOLLAR_PREFIXED_FIELD_NAME,
          "The dollar ($) prefixed field '%s' in '%s' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith."
              .formatted(name, name));
    }
  }

  private void checkId(BsonValue id) {
    BsonType type = id.getBsonType();
    if (type == BsonType.REGULAR_EXPRESSION
        || type == BsonType.ARRAY
        || type == BsonType.UNDEFINED) {
      throw new CommandFailure(
          ErrorCode.INVALID_ID_FIELD, "The '_id' value cannot be of type " + BsonTypes.name(type));
    }
    if (allowsDollars && id instanceof BsonDocument document) {
      for (String name : document.keySet()) {
        if (name.startsWith("$")) {
          throw new CommandFailure(
              ErrorCode.DOLLAR_PREFIXED_FIELD_NAME,
              "_id fields may not contain '$'-prefixed fields: "
                  + name
                  + " is not valid for storage.");
        }
      }
    }
  }

  /** Checks what an operator has set: the last name of the path, and what is within the value. */
  void check(Location changed) {
    int depth = changed.components().size();
    String name = changed.name();
    if (!(changed.parent() instanceof BsonDocument parent) || !name.startsWith("$")) {
      checkWithin(changed.value(), changed.dotted(), depth);
      return;
    }
    if (depth == 1) {
      checkTopName(name);
    }
    List<Map.Entry<String, BsonValue>> fields = new ArrayList<>(parent.entrySet());
    int index = new ArrayList<>(parent.keySet()).indexOf(name);
    String parentPath = String.join(".", changed.path().subList(0, depth - 1));
    checkField(fields, index, parentPath, depth);
  }

  /** Checks what is within a value. */
  void checkWithin(BsonValue value, String path, int depth) {
    if (depth > MAX_DEPTH) {
      throw tooDeep();
    }
    if (value instanceof BsonDocument document) {
      List<Map.Entry<String, BsonValue>> fields = new ArrayList<>(document.entrySet());
      for (int i = 0; i < fields.size(); i++) {
        checkField(fields, i, path, depth + 1);
      }
    } else if (value instanceof BsonArray array) {
      int index = 0;
      for (BsonValue element : array) {
        checkWithin(element, path + "." + index, depth + 1);
        index++;
      }
    }
  }

  static CommandFailure tooDeep() {
    return new CommandFailure(
        ErrorCode.OVERFLOW, "Document exceeds maximum nesting depth of " + MAX_DEPTH);
  }

  private void checkField(
      List<Map.Entry<String, BsonValue>> fields, int index, String parentPath, int depth) {
    String name = fields.get(index).getKey();
    String path = parentPath.isEmpty() ? name : parentPath + "." + name;
    if (name.startsWith("$") && !allowsDollars) {
      checkDollarName(fields, index, path);
    }
    checkWithin(fields.get(index).getValue(), path, depth);
  }

  /**
   * A name with a dollar must belong to a DBRef: {@code $ref}, {@code $id}, {@code $db}, in order.
   */
  private static void checkDollarName(
      List<Map.Entry<String, BsonValue>> fields, int index, String path) {
    int at = index;
    if (name(fields, at).equals("$db")) {
      requireString(fields.get(at));
      at--;
      if (!name(fields, at).equals("$id")) {
        throw invalidDbRef("Found $db field without a $id before it, which is invalid.");
      }
    }
    if (name(fields, at).equals("$id")) {
      at--;
      if (!name(fields, at).equals("$ref")) {
        throw invalidDbRef("Found $id field without a $ref before it, which is invalid.");
      }
    }
    if (!name(fields, at).equals("$ref")) {
      throw new CommandFailure(
          ErrorCode.DOLLAR_PREFIXED_FIELD_NAME,
          "The dollar ($) prefixed field '%s' in '%s' is not valid for storage."
              .formatted(fields.get(index).getKey(), path));
    }
    requireString(fields.get(at));
    if (!name(fields, at + 1).equals("$id")) {
      throw invalidDbRef("The DBRef $ref field must be following by a $id field");
    }
  }

  private static String name(List<Map.Entry<String, BsonValue>> fields, int index) {
    Map.@Nullable Entry<String, BsonValue> field =
        index >= 0 && index < fields.size() ? fields.get(index) : null;
    return field == null ? "" : field.getKey();
  }

  private static void requireString(Map.Entry<String, BsonValue> field) {
    if (!field.getValue().isString()) {
      throw invalidDbRef(
          "The DBRef %s field must be a String, not a %s"
              .formatted(field.getKey(), BsonTypes.name(field.getValue())));
    }
  }

  private static CommandFailure invalidDbRef(String message) {
    return new CommandFailure(ErrorCode.INVALID_DB_REF, message);
  }
}
