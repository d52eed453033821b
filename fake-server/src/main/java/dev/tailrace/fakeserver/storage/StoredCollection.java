package dev.tailrace.fakeserver.storage;

import dev.tailrace.fakeserver.idl.Flags;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A collection and its documents. Immutable: every change gives a new value.
 *
 * <p>Documents are kept in the order in which they came (their record ids), which is the order of a
 * scan; the {@code _id} index and the unique indexes find them by key. The first index is always
 * that of {@code _id}.
 */
public final class StoredCollection implements CatalogEntry {

  private final Namespace namespace;
  private final BsonBinary uuid;
  private final BsonDocument options;
  private final List<Index> indexes;
  private final Records records;
  private final long nextRecordId;
  private final long dataBytes;

  private StoredCollection(
      Namespace namespace,
      BsonBinary uuid,
      BsonDocument options,
      List<Index> indexes,
      Records records,
      long nextRecordId,
      long dataBytes) {
    this.namespace = namespace;
    this.uuid = uuid;
    this.options = options;
    this.indexes = indexes;
    this.records = records;
    this.nextRecordId = nextRecordId;
    this.dataBytes = dataBytes;
  }

  /**
   * A collection without documents.
   *
   * @param options the options of {@code create} as {@code listCollections} shows them
   * @param idIndex the index of {@code _id}
   */
  public static StoredCollection create(
      Namespace namespace, BsonBinary uuid, BsonDocument options, Index idIndex) {
    return new StoredCollection(namespace, uuid, options, List.of(idIndex), Records.empty(), 1, 0);
  }

  @Override
  public Namespace namespace() {
    return namespace;
  }

  /** The collection's identity, which a rename keeps. */
  public BsonBinary uuid() {
    return uuid;
  }

  /** The options as {@code listCollections} shows them. Not to be changed. */
  public BsonDocument options() {
    return options;
  }

  /** The indexes in the order in which they were made, that of {@code _id} first. */
  public List<Index> indexes() {
    return indexes;
  }

  /** The index of that name, or null. */
  public @Nullable Index index(String name) {
    for (Index index : indexes) {
      if (index.name().equals(name)) {
        return index;
      }
    }
    return null;
  }

  /** Whether this is a capped collection. */
  public boolean isCapped() {
    return options.containsKey("capped");
  }

  /** Whether the documents before and after a change are to be kept for change streams. */
  public boolean recordsImages() {
    return Flags.isTrue(options, "recordPreImages")
        || (options.get("changeStreamPreAndPostImages") instanceof BsonDocument images
            && Flags.isTrue(images, "enabled"));
  }

  /** How many documents there are. */
  public int count() {
    return records.size();
  }

  /** The size of all documents together. */
  public long dataBytes() {
    return dataBytes;
  }

  /** The documents in natural order, each by its record id. */
  public Stream<Map.Entry<Long, RawBsonDocument>> records() {
    return records.ascending();
  }

  /** The documents in the order that is the opposite of natural, each by its record id. */
  public Stream<Map.Entry<Long, RawBsonDocument>> recordsBackwards() {
    return records.descending();
  }

  /** The documents that came after that record, in natural order. */
  public Stream<Map.Entry<Long, RawBsonDocument>> recordsAfter(long recordId) {
    return records.after(recordId);
  }

  /** The documents in natural order. */
  public Stream<RawBsonDocument> documents() {
    return records.ascending().map(Map.Entry::getValue);
  }

  /** The document under a record id, or null. */
  public @Nullable RawBsonDocument document(long recordId) {
    return records.get(recordId);
  }

  /** The record id of the document with that {@code _id}, or null. */
  public @Nullable Long recordIdOf(BsonValue id) {
    return indexes.get(0).recordOf(id);
  }

  /** The document with that {@code _id}, or null. */
  public @Nullable RawBsonDocument documentById(BsonValue id) {
    Long recordId = recordIdOf(id);
    return recordId == null ? null : records.get(recordId);
  }

  /**
   * This collection with one document more.
   *
   * @throws dev.tailrace.fakeserver.error.CommandFailure 11000 if a unique index has its key
   */
  public StoredCollection insert(NewDocument document) {
    return insert(List.of(document));
  }

  /**
   * This collection with documents more.
   *
   * @throws dev.tailrace.fakeserver.error.CommandFailure 11000 if a unique index has the key of one
   *     of them, or would have one key of two
   */
  public StoredCollection insert(List<NewDocument> documents) {
    List<Index> changed = new ArrayList<>(indexes.size());
    for (Index index : indexes) {
      changed.add(index.plus(namespace, documents, nextRecordId));
    }
    long bytes = 0;
    for (NewDocument document : documents) {
      bytes += sizeOf(document.document());
    }
    return new StoredCollection(
        namespace,
        uuid,
        options,
        List.copyOf(changed),
        records.plus(nextRecordId, documents),
        nextRecordId + documents.size(),
        dataBytes + bytes);
  }

  /**
   * This collection with {@code after} in the place of the document under {@code recordId}.
   *
   * @throws dev.tailrace.fakeserver.error.CommandFailure 11000 if a unique index has its key
   */
  public StoredCollection update(long recordId, RawBsonDocument after) {
    RawBsonDocument before = existing(recordId);
    List<Index> changed = new ArrayList<>(indexes.size());
    for (Index index : indexes) {
      changed.add(index.minus(before).plus(namespace, after, recordId));
    }
    return new StoredCollection(
        namespace,
        uuid,
        options,
        List.copyOf(changed),
        records.replace(recordId, after),
        nextRecordId,
        dataBytes + sizeOf(after) - sizeOf(before));
  }

  /** This collection without the document under {@code recordId}. */
  public StoredCollection delete(long recordId) {
    RawBsonDocument before = existing(recordId);
    List<Index> changed = new ArrayList<>(indexes.size());
    for (Index index : indexes) {
      changed.add(index.minus(before));
    }
    return new StoredCollection(
        namespace,
        uuid,
        options,
        List.copyOf(changed),
        records.minus(recordId),
        nextRecordId,
        dataBytes - sizeOf(before));
  }

  /**
   * Record ids of the oldest documents that a capped collection has no room for any more; empty for
   * other collections. The newest document always stays.
   */
  public List<Long> overflowing() {
    if (!isCapped()) {
      return List.of();
    }
    long maxBytes = options.getNumber("size").longValue();
    long maxCount =
        options.containsKey("max") ? options.getNumber("max").longValue() : Long.MAX_VALUE;
    List<Long> oldest = new ArrayList<>();
    long bytes = dataBytes;
    long count = records.size();
    Iterator<Map.Entry<Long, RawBsonDocument>> ascending = records.ascending().iterator();
    while (ascending.hasNext()) {
      Map.Entry<Long, RawBsonDocument> record = ascending.next();
      if (count == 1 || (bytes <= maxBytes && count <= maxCount)) {
        break;
      }
      oldest.add(record.getKey());
      bytes -= sizeOf(record.getValue());
      count--;
    }
    return oldest;
  }

  /** This collection under another name. */
  public StoredCollection renamed(Namespace to) {
    return new StoredCollection(to, uuid, options, indexes, records, nextRecordId, dataBytes);
  }

  /** This collection with other options. */
  public StoredCollection withOptions(BsonDocument changed) {
    return new StoredCollection(
        namespace, uuid, changed, indexes, records, nextRecordId, dataBytes);
  }

  /**
   * This collection with one index more, in which every document has its place.
   *
   * @throws dev.tailrace.fakeserver.error.CommandFailure 11000 if it is unique and two documents
   *     have one key
   */
  public StoredCollection withIndex(Index index) {
    Index filled = index.filled(namespace, records);
    List<Index> changed = new ArrayList<>(indexes);
    changed.add(filled);
    return withIndexes(changed);
  }

  /** This collection with one of its indexes described anew. */
  public StoredCollection replaceIndex(Index changedIndex) {
    List<Index> changed = new ArrayList<>(indexes);
    changed.replaceAll(index -> index.name().equals(changedIndex.name()) ? changedIndex : index);
    return withIndexes(changed);
  }

  /** This collection without the index of that name. */
  public StoredCollection withoutIndex(String name) {
    List<Index> changed = new ArrayList<>(indexes);
    changed.removeIf(index -> index.name().equals(name));
    return withIndexes(changed);
  }

  private StoredCollection withIndexes(List<Index> changed) {
    return new StoredCollection(
        namespace, uuid, options, List.copyOf(changed), records, nextRecordId, dataBytes);
  }

  private RawBsonDocument existing(long recordId) {
    RawBsonDocument document = records.get(recordId);
    if (document == null) {
      throw new IllegalArgumentException("no record " + recordId + " in " + namespace);
    }
    return document;
  }

  private static int sizeOf(RawBsonDocument document) {
    return RawDocuments.size(document);
  }
}
