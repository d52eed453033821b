package dev.tailrace.fakeserver.stream;

import dev.tailrace.engine.token.DecodedToken;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.oplog.Oplog;
import dev.tailrace.fakeserver.oplog.OplogEntry;
import dev.tailrace.fakeserver.query.value.BsonOrder;
import dev.tailrace.fakeserver.query.value.ElementText;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A change stream under way: a place in the oplog, and what the next {@code postBatchResumeToken}
 * is. Not thread-safe.
 *
 * <p>It only ever walks forward, so what a batch costs does not depend on the history behind it.
 * The steps of an event are: seen by the scope, built, past the resume point, through the user's
 * pipeline, split if need be. (From 6.0 on the pipeline comes before the resume point.)
 */
public final class ChangeStreamCursor {

  /** A batch holds documents of this many bytes together, but always one. */
  private static final int MAX_BATCH_BYTES = 16 * 1024 * 1024;

  private final StreamSpec spec;
  private final Oplog oplog;
  private final Function<RawBsonDocument, Optional<BsonDocument>> pipeline;
  private final EventBuilder events;
  private final ResumePoint resumePoint;

  private boolean started;
  private long position;
  private int changeIndex;

  /** The event after which {@code invalidate} comes, while that is still to be shown. */
  private @Nullable Pending invalidateAfter;

  /** Nothing comes after what is in the stash. */
  private boolean ended;

  /** The client was told, or is about to be. */
  private boolean exhausted;

  private BsonDocument postBatchResumeToken;

  /** The cluster time of {@link #postBatchResumeToken}. */
  private BsonTimestamp resumeTokenTime;

  /** Up to which cluster time the oplog was seen; the next high-water mark. */
  private BsonTimestamp scannedTo;

  /** Events that were made and did not fit any more. */
  private final ArrayDeque<Made> stash = new ArrayDeque<>();

  private record Pending(OplogEntry entry, DecodedToken token) {}

  /**
   * @param event what the client gets
   * @param size in bytes
   * @param token the event's token, which is its {@code _id}
   * @param time its cluster time
   * @param isFirstFragment whether it begins a large event that was split
   */
  private record Made(
      RawBsonDocument event,
      int size,
      BsonDocument token,
      BsonTimestamp time,
      boolean isFirstFragment) {}

  /**
   * A part of the stream.
   *
   * @param events in order
   * @param postBatchResumeToken from where one would go on; null in the closing reply of 4.4
   * @param exhausted whether the stream is over: nothing comes after an invalidate
   * @param splitEvents how many large events begin in it, in fragments
   */
  public record Batch(
      List<RawBsonDocument> events,
      @Nullable BsonDocument postBatchResumeToken,
      boolean exhausted,
      int splitEvents) {

    /** Without any event; there may be some. */
    public static Batch unread(BsonDocument postBatchResumeToken) {
      return new Batch(List.of(), postBatchResumeToken, false, 0);
    }
  }

  /**
   * A cursor at its start; nothing is read yet.
   *
   * @param pipeline the user's stages, for one event at a time; empty if it is filtered out, and
   *     the event itself if nothing is changed
   * @param next the cluster time from which a stream without a start point begins
   */
  public ChangeStreamCursor(
      StreamSpec spec,
      Oplog oplog,
      Function<RawBsonDocument, Optional<BsonDocument>> pipeline,
      BsonTimestamp next) {
    this.spec = spec;
    this.oplog = oplog;
    this.pipeline = pipeline;
    events = new EventBuilder(spec);
    resumePoint = ResumePoint.of(spec, next);
    scannedTo = resumePoint.time();
    postBatchResumeToken = resumePoint.token();
    resumeTokenTime = resumePoint.time();
  }

  /** What the stream is. */
  public StreamSpec spec() {
    return spec;
  }

  /** From where one would go on if nothing more were read. */
  public BsonDocument postBatchResumeToken() {
    return postBatchResumeToken;
  }

  /**
   * Reads what is there, up to {@code end}.
   *
   * @param maxEvents how many events at most
   * @param end the oplog position that the majority has reached
   * @param lookup the catalog at that position
   * @throws CommandFailure if the stream cannot go on; the cursor is of no use then
   */
  public Batch read(int maxEvents, long end, State lookup) {
    start();
    List<RawBsonDocument> batch = new ArrayList<>();
    long bytes = 0;
    int splitEvents = 0;
    @Nullable Made last = null;
    boolean full = false;
    while (true) {
      if (batch.size() >= maxEvents) {
        full = true;
        break;
      }
      Made made = next(end, lookup);
      if (made == null) {
        break;
      }
      if (!batch.isEmpty() && bytes + made.size() > MAX_BATCH_BYTES) {
        stash.addFirst(made);
        full = true;
        break;
      }
      batch.add(made.event());
      bytes += made.size();
      splitEvents += made.isFirstFragment() ? 1 : 0;
      last = made;
    }
    moveResumeToken(last, full);
    boolean closingOf44 = exhausted && batch.isEmpty() && !spec.version().atLeast(5, 0);
    return new Batch(batch, closingOf44 ? null : postBatchResumeToken, exhausted, splitEvents);
  }

  private void moveResumeToken(@Nullable Made last, boolean full) {
    if (last != null) {
      postBatchResumeToken = last.token();
      resumeTokenTime = last.time();
    }
    // A mark stands before every event of its time, so it has to be of a later time than the events
    // that were delivered. Bytes do not tell: those of a newer version are after those of an older.
    if (!full && !exhausted && scannedTo.compareTo(resumeTokenTime) > 0) {
      postBatchResumeToken = Tokens.highWaterMark(scannedTo, spec.tokenVersion());
      resumeTokenTime = scannedTo;
    }
  }

  private void start() {
    if (!started) {
      started = true;
      resumePoint.checkHistory(oplog);
      position = oplog.positionAtOrAfter(resumePoint.time());
    }
    if (position < oplog.firstPosition()) {
      throw new CommandFailure(
          ErrorCode.CAPPED_POSITION_LOST,
          "CollectionScan died due to position in capped collection being deleted. ");
    }
  }

  /** The next event that the client gets, or null if there is none up to {@code end}. */
  private @Nullable Made next(long end, State lookup) {
    while (stash.isEmpty()) {
      Pending pending = invalidateAfter;
      if (pending != null) {
        invalidateAfter = null;
        DecodedToken token = pending.token().invalidate();
        BsonDocument id = Tokens.encode(token);
        make(events.invalidate(pending.entry(), id), id, token, pending.entry());
        if (!resumePoint.isAtInvalidate(token)) {
          ended = true;
        }
        continue;
      }
      if (ended) {
        exhausted = true;
        return null;
      }
      if (position >= end) {
        return null;
      }
      scan(lookup);
    }
    return stash.pollFirst();
  }

  /** Looks at one change of the oplog. */
  private void scan(State lookup) {
    OplogEntry entry = oplog.get(position);
    // A start point may be yet to come; what is written until then is none of the stream's.
    boolean isTooEarly = entry.time().compareTo(resumePoint.time()) < 0;
    if (isTooEarly || changeIndex >= entry.changes().size()) {
      position++;
      changeIndex = 0;
      return;
    }
    Change change = entry.changes().get(changeIndex);
    int index = changeIndex++;
    if (entry.time().compareTo(scannedTo) > 0) {
      scannedTo = entry.time();
    }
    if (!spec.sees(change)) {
      return;
    }
    int version = resumePoint.tokenVersion(entry.time(), index, spec.tokenVersion());
    BsonDocument documentKey = EventBuilder.documentKey(change);
    DecodedToken token = Tokens.event(entry, change, documentKey, index, version);
    BsonDocument id = Tokens.encode(token);
    make(events.event(entry, change, documentKey, id, lookup), id, token, entry);
    if (spec.scope().isInvalidatedBy(change)) {
      invalidateAfter = new Pending(entry, token);
    }
  }

  /** Puts the event into the stash, unless it is before the resume point or filtered out. */
  @SuppressWarnings("ReferenceEquality") // What no stage has touched is the event itself.
  private void make(RawBsonDocument event, BsonDocument id, DecodedToken token, OplogEntry entry) {
    boolean pipelineFirst = spec.version().atLeast(6, 0);
    boolean isResumedFrom = resumePoint.isAt(token);
    boolean isSplitResumed = isResumedFrom && resumePoint.fragment().isPresent();
    if (!pipelineFirst && !resumePoint.isBehind(token)) {
      return;
    }
    Optional<BsonDocument> result = pipeline.apply(event);
    if (result.isEmpty()) {
      return;
    }
    if (pipelineFirst && !resumePoint.isBehind(token) && !isSplitResumed) {
      return;
    }
    RawBsonDocument shown = RawDocuments.of(result.get());
    if (result.get() != event) {
      checkIdKept(id, shown);
    }
    int size = RawDocuments.size(shown);
    if (spec.splitLargeEvents() && (isSplitResumed || size > SplitEvents.SPLIT_ABOVE_BYTES)) {
      stashFragments(shown, token, entry, isSplitResumed);
    } else if (size > SplitEvents.MAX_EVENT_BYTES) {
      throw SplitEvents.tooLarge(shown);
    } else {
      stash.addLast(new Made(shown, size, id, entry.time(), false));
    }
  }

  private void stashFragments(
      RawBsonDocument whole, DecodedToken token, OplogEntry entry, boolean isSplitResumed) {
    if (RawDocuments.size(whole) <= SplitEvents.SPLIT_ABOVE_BYTES) {
      throw new CommandFailure(
          ErrorCode.CHANGE_STREAM_FATAL_ERROR,
          "Attempted to resume from a split event fragment, but the event in the resumed stream was"
              + " not large enough to be split");
    }
    List<BsonDocument> fragments = SplitEvents.split(whole);
    int first = isSplitResumed ? resumePoint.fragment().getAsInt() + 1 : 0;
    if (first > fragments.size()) {
      throw new CommandFailure(
          ErrorCode.CHANGE_STREAM_FATAL_ERROR,
          "Attempted to resume from a split event, but the resumed stream produced a different"
              + " split. Ensure that the pipeline used to resume is the same as the original");
    }
    for (int i = first; i < fragments.size(); i++) {
      BsonDocument id = Tokens.encode(token.fragment(i));
      BsonDocument fragment = new BsonDocument("_id", id);
      fragment.putAll(fragments.get(i));
      RawBsonDocument event = RawDocuments.of(fragment);
      stash.addLast(new Made(event, RawDocuments.size(event), id, entry.time(), i == 0));
    }
  }

  private void checkIdKept(BsonDocument id, BsonDocument shown) {
    if (!BsonOrder.identical(id, shown.get("_id"))) {
      BsonDocument found = new BsonDocument();
      if (shown.containsKey("_id")) {
        found.append("_id", shown.get("_id"));
      }
      throw new CommandFailure(
          ErrorCode.CHANGE_STREAM_FATAL_ERROR,
          "Encountered an event whose _id field, which contains the resume token, was modified by"
              + " the pipeline. Modifying the _id field of an event makes it impossible to resume"
              + " the stream from that point. Only transformations that retain the unmodified _id"
              + " field are allowed. Expected: "
              + ElementText.value(new BsonDocument("_id", id))
              + " but found: "
              + ElementText.value(found));
    }
  }
}
