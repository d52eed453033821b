package dev.tailrace.fakeserver.storage;

import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.idl.Flags;
import dev.tailrace.fakeserver.query.match.Matcher;
import dev.tailrace.fakeserver.query.value.ElementText;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * An index of a collection. Immutable.
 *
 * <p>Only indexes that a write must ask keep entries: that of {@code _id} and the unique ones. Of
 * the others the description is all there is, as queries scan.
 */
public final class Index {

  private final BsonDocument spec;
  private final KeyExtractor keys;
  private final boolean unique;
  private final @Nullable Matcher filter;
  private final IndexEntries entries;

  /** Whether this is the index that every collection has. */
  private final boolean isOfId;

  private Index(
      BsonDocument spec,
      KeyExtractor keys,
      boolean unique,
      @Nullable Matcher filter,
      IndexEntries entries) {
    this.spec = spec;
    this.keys = keys;
    this.unique = unique;
    this.filter = filter;
    this.entries = entries;
    isOfId = isIdKey(spec.getDocument("key"));
  }

  /**
   * An index without entries.
   *
   * @param spec as {@code listIndexes} shows it: <code>{v, unique?, key, name, ...}</code>
   * @param filter the documents that are in it ({@code partialFilterExpression}); null for all
   */
  public static Index of(BsonDocument spec, @Nullable Matcher filter) {
    boolean isId = isIdKey(spec.getDocument("key"));
    boolean unique = isId || Flags.isTrue(spec, "unique");
    KeyExtractor keys = new KeyExtractor(spec.getDocument("key"), Flags.isTrue(spec, "sparse"));
    return new Index(spec, keys, unique, filter, IndexEntries.empty());
  }

  /**
   * The index of {@code _id} that every collection has.
   *
   * @param collation the collection's collation; null for the simple one
   */
  public static Index ofId(@Nullable BsonValue collation) {
    BsonDocument spec =
        new BsonDocument("v", new BsonInt32(2))
            .append("key", new BsonDocument("_id", new BsonInt32(1)))
            .append("name", new BsonString("_id_"));
    return of(collation == null ? spec : spec.append("collation", collation), null);
  }

  /** Whether a key pattern is that of the {@code _id} index. */
  public static boolean isIdKey(BsonDocument key) {
    return key.size() == 1 && key.containsKey("_id") && !key.get("_id").isString();
  }

  /** As {@code listIndexes} shows it. Not to be changed. */
  public BsonDocument spec() {
    return spec;
  }

  /** Its name. */
  public String name() {
    return spec.getString("name").getValue();
  }

  /** Its key pattern. Not to be changed. */
  public BsonDocument key() {
    return spec.getDocument("key");
  }

  /** The same index, described in another way. */
  public Index withSpec(BsonDocument changed) {
    return new Index(changed, keys, unique, filter, entries);
  }

  /** The same index of a collection without documents. */
  public Index withoutEntries() {
    return new Index(spec, keys, unique, filter, IndexEntries.empty());
  }

  /** Whether the index has the document under a date that is not later than that. */
  public boolean hasDateUpTo(BsonDocument document, long millis) {
    return keysOf(document).stream()
        .anyMatch(key -> key.get(0) instanceof BsonDateTime at && at.getValue() <= millis);
  }

  /** The keys by which the index has a document; none if it is not in it. */
  public Collection<List<BsonValue>> keysOf(BsonDocument document) {
    return filter == null || filter.matches(document)
        ? Collections.unmodifiableCollection(keys.of(document).values())
        : List.of();
  }

  /** The record with that value of the first field; only asked of the {@code _id} index. */
  @Nullable Long recordOf(BsonValue value) {
    return entries.get(IndexKey.of(List.of(value)));
  }

  /**
   * The index with a document more.
   *
   * @throws CommandFailure 11000 if it is unique and has its key
   */
  Index plus(Namespace namespace, RawBsonDocument document, long recordId) {
    requireOneArray(document);
    if (!unique) {
      return this;
    }
    IndexEntries.Editor editor = entries.edit();
    put(editor, namespace, document, recordId);
    return new Index(spec, keys, true, filter, editor.done());
  }

  /**
   * The index with documents more, which have {@code firstRecordId} and the record ids after it.
   *
   * @throws CommandFailure 11000 if it is unique and has the key of one of them, or two have one
   *     key
   */
  Index plus(Namespace namespace, List<NewDocument> documents, long firstRecordId) {
    if (keys.hasManyPaths()) {
      documents.forEach(document -> requireOneArray(document.document()));
    }
    if (!unique) {
      return this;
    }
    IndexEntries.Editor editor = entries.edit();
    long recordId = firstRecordId;
    for (NewDocument document : documents) {
      if (isOfId) {
        put(editor, namespace, List.of(document.id()), recordId++);
      } else {
        put(editor, namespace, document.document(), recordId++);
      }
    }
    return new Index(spec, keys, true, filter, editor.done());
  }

  /**
   * The index with all documents of a collection.
   *
   * @throws CommandFailure 11000 if it is unique and two of them have one key
   */
  Index filled(Namespace namespace, Records records) {
    if (keys.hasManyPaths()) {
      records.ascending().forEach(record -> requireOneArray(record.getValue()));
    }
    if (!unique) {
      return this;
    }
    IndexEntries.Editor editor = entries.edit();
    records
        .ascending()
        .forEach(record -> put(editor, namespace, record.getValue(), record.getKey()));
    return new Index(spec, keys, true, filter, editor.done());
  }

  private void requireOneArray(RawBsonDocument document) {
    if (keys.hasManyPaths() && (filter == null || filter.matches(document))) {
      keys.requireOneArray(document);
    }
  }

  private void put(
      IndexEntries.Editor editor, Namespace namespace, RawBsonDocument document, long recordId) {
    if (filter == null || filter.matches(document)) {
      for (List<BsonValue> values : keys.of(document).values()) {
        put(editor, namespace, values, recordId);
      }
    }
  }

  private void put(
      IndexEntries.Editor editor, Namespace namespace, List<BsonValue> values, long recordId) {
    Long holder = editor.put(IndexKey.of(values), recordId);
    if (holder != null && holder != recordId) {
      throw duplicate(namespace, values);
    }
  }

  /** The index without a document. */
  Index minus(RawBsonDocument document) {
    if (!unique || (filter != null && !filter.matches(document))) {
      return this;
    }
    IndexEntries.Editor editor = entries.edit();
    keys.of(document).keySet().forEach(editor::remove);
    return new Index(spec, keys, true, filter, editor.done());
  }

  private CommandFailure duplicate(Namespace namespace, List<BsonValue> values) {
    BsonDocument keyValue = new BsonDocument();
    int field = 0;
    for (String path : key().keySet()) {
      keyValue.append(path, values.get(field++));
    }
    return new CommandFailure(
        ErrorCode.DUPLICATE_KEY.code(),
        "E11000 duplicate key error collection: %s index: %s dup key: %s"
            .formatted(namespace, name(), ElementText.value(keyValue)),
        new BsonDocument("keyPattern", key()).append("keyValue", keyValue));
  }
}
