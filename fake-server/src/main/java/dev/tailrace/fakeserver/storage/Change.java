package dev.tailrace.fakeserver.storage;

import java.util.List;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What one write did: the operation inside an oplog entry. Documents in it are not to be changed.
 *
 * <p>Images (the document before and after) are kept only for collections that record them.
 */
public sealed interface Change {

  /** The documents around this change, if they were recorded and are still kept. */
  default @Nullable Images recordedImages() {
    return null;
  }

  /** This change, its images let go. */
  default Change withoutImages() {
    return this;
  }

  /** A change of a collection or of something in it. */
  sealed interface OnCollection extends Change {

    /** The name that the collection had when it happened. */
    Namespace namespace();

    /** The collection's identity. */
    BsonBinary uuid();
  }

  /** A document came in. */
  record Insert(Namespace namespace, BsonBinary uuid, NewDocument inserted)
      implements OnCollection {

    /** The document. */
    public RawBsonDocument document() {
      return inserted.document();
    }

    /** The key by which change streams name it. */
    public BsonDocument documentKey() {
      return new BsonDocument("_id", inserted.id());
    }
  }

  /** Parts of a document changed. */
  record Update(
      Namespace namespace,
      BsonBinary uuid,
      BsonDocument documentKey,
      UpdateDescription description,
      @Nullable Images images)
      implements OnCollection {
    @Override
    public @Nullable Images recordedImages() {
      return images;
    }

    @Override
    public Update withoutImages() {
      return new Update(namespace, uuid, documentKey, description, null);
    }
  }

  /** A document was replaced as a whole. */
  record Replace(
      Namespace namespace,
      BsonBinary uuid,
      BsonDocument documentKey,
      RawBsonDocument document,
      @Nullable Images images)
      implements OnCollection {
    @Override
    public @Nullable Images recordedImages() {
      return images;
    }

    @Override
    public Replace withoutImages() {
      return new Replace(namespace, uuid, documentKey, document, null);
    }
  }

  /** A document was removed. */
  record Delete(
      Namespace namespace, BsonBinary uuid, BsonDocument documentKey, @Nullable Images images)
      implements OnCollection {
    @Override
    public @Nullable Images recordedImages() {
      return images;
    }

    @Override
    public Delete withoutImages() {
      return new Delete(namespace, uuid, documentKey, null);
    }
  }

  /**
   * A document around a change.
   *
   * @param before the document before
   * @param after the document after; null if it was removed
   */
  record Images(RawBsonDocument before, @Nullable RawBsonDocument after) {}

  /**
   * A collection was created.
   *
   * @param options the options of {@code create}, then {@code idIndex}
   */
  record Create(Namespace namespace, BsonBinary uuid, BsonDocument options)
      implements OnCollection {}

  /** A collection was dropped. */
  record Drop(Namespace namespace, BsonBinary uuid) implements OnCollection {}

  /**
   * A collection was renamed.
   *
   * @param dropTarget the collection that had the new name and was dropped for it, or null
   */
  record Rename(Namespace namespace, BsonBinary uuid, Namespace to, @Nullable BsonBinary dropTarget)
      implements OnCollection {}

  /** Indexes were built. */
  record CreateIndexes(Namespace namespace, BsonBinary uuid, List<BsonDocument> specs)
      implements OnCollection {}

  /** The build of indexes over documents that are there began, or came to nothing. */
  record IndexBuild(Namespace namespace, BsonBinary uuid, List<BsonDocument> specs, Phase phase)
      implements OnCollection {
    /** What became of the build; one that succeeds ends with {@link CreateIndexes}. */
    public enum Phase {
      START,
      ABORT
    }
  }

  /** An index was dropped. */
  record DropIndex(Namespace namespace, BsonBinary uuid, BsonDocument spec)
      implements OnCollection {}

  /**
   * A collection's options or one of its indexes changed.
   *
   * @param description the arguments of {@code collMod}
   * @param stateBefore <code>{collectionOptions, indexOptions?}</code>
   */
  record Modify(
      Namespace namespace, BsonBinary uuid, BsonDocument description, BsonDocument stateBefore)
      implements OnCollection {}

  /**
   * A view was created, changed or dropped: a document of {@code system.views} was.
   *
   * @param namespace of the view
   * @param viewsUuid the identity of the database's {@code system.views}
   * @param definition the view's options
   */
  record ViewChange(Namespace namespace, BsonBinary viewsUuid, Kind kind, BsonDocument definition)
      implements Change {
    /** What happened to the view. */
    public enum Kind {
      CREATE,
      MODIFY,
      DROP
    }
  }

  /** A database went, after its collections. */
  record DropDatabase(String db) implements Change {}

  /** Nothing happened, and the clock moved: an entry that the server writes for itself. */
  record Noop(String message) implements Change {

    /** The first entry of every set, which says that nothing was before it. */
    public static final String INITIATING_SET = "initiating set";
  }
}
