package dev.tailrace.fakeserver.stream;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.fakeserver.ServerVersion;
import dev.tailrace.fakeserver.storage.Change;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;

/**
 * A change stream as it was asked for, checked.
 *
 * @param scope what it watches
 * @param start where it begins
 * @param fullDocument whether an update event shows the document
 * @param fullDocumentBeforeChange whether an event shows the document as it was
 * @param showExpandedEvents whether DDL events and the newer fields are shown
 * @param showSystemEvents whether some of what the server does for itself is shown
 * @param showRawUpdateDescription whether the oplog's own form of an update is shown instead
 * @param matchCollectionUuid whether {@code updateLookup} looks into the collection of the change
 *     and not into one that has its name since
 * @param splitLargeEvents whether the pipeline ends with {@code $changeStreamSplitLargeEvent}
 * @param tokenVersion the version of the tokens it makes
 * @param version the server's release
 */
public record StreamSpec(
    StreamScope scope,
    Start start,
    FullDocument fullDocument,
    FullDocumentBeforeChange fullDocumentBeforeChange,
    boolean showExpandedEvents,
    boolean showSystemEvents,
    boolean showRawUpdateDescription,
    boolean matchCollectionUuid,
    boolean splitLargeEvents,
    int tokenVersion,
    ServerVersion version) {

  public StreamSpec {
    requireNonNull(scope, "scope");
    requireNonNull(start, "start");
  }

  /** Whether the stream sees the change at all. */
  boolean sees(Change change) {
    return scope.sees(change, showExpandedEvents)
        && (showsIndexBuilds() || !(change instanceof Change.IndexBuild));
  }

  private boolean showsIndexBuilds() {
    return showSystemEvents && version.atLeast(8, 0);
  }

  /**
   * Whether events have the newer fields. 8.2.0 shows {@code collectionUUID}, {@code
   * disambiguatedPaths} and a rename's {@code operationDescription} unasked; 8.2.1 took it back.
   */
  boolean showsNewerFields() {
    return showExpandedEvents || (version.atLeast(8, 2) && !version.atLeast(8, 2, 1));
  }

  /** The same stream, with no images but those that are the change itself. */
  StreamSpec withoutImages() {
    return new StreamSpec(
        scope,
        start,
        FullDocument.DEFAULT,
        FullDocumentBeforeChange.OFF,
        showExpandedEvents,
        showSystemEvents,
        showRawUpdateDescription,
        matchCollectionUuid,
        splitLargeEvents,
        tokenVersion,
        version);
  }

  /** Where a stream begins. */
  public sealed interface Start {
    /** With whatever is written after the aggregate. */
    record Now() implements Start {}

    /** With the first event at that time or later. */
    record AtTime(BsonTimestamp time) implements Start {}

    /**
     * After the event of a token.
     *
     * @param token the token as it was given
     * @param decoded what it says
     */
    record AfterToken(BsonDocument token, DecodedToken decoded) implements Start {}
  }

  /** The modes of {@code fullDocument}. */
  public enum FullDocument {
    DEFAULT,
    UPDATE_LOOKUP,
    WHEN_AVAILABLE,
    REQUIRED
  }

  /** The modes of {@code fullDocumentBeforeChange}. */
  public enum FullDocumentBeforeChange {
    OFF,
    WHEN_AVAILABLE,
    REQUIRED
  }
}
