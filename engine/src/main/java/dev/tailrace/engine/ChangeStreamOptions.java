package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.ReadPreference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/**
 * Every option of the change-streams specification, and what this engine adds. Immutable; what is
 * not set is not sent.
 *
 * <p>Values that the server would judge go to the server as they are, also unknown ones and
 * combinations it will refuse. Refused here, with the option's name, is only what cannot be sent:
 * null, and negative times.
 *
 * @see <a
 *     href="https://github.com/mongodb/specifications/blob/master/source/change-streams/change-streams.md">
 *     Change streams specification</a>
 */
public final class ChangeStreamOptions {

  /** Nothing but the defaults. */
  public static final ChangeStreamOptions DEFAULTS = builder().build();

  private static final Duration SERVERS_OWN_AWAIT = Duration.ofSeconds(1);

  private final Builder values;

  private ChangeStreamOptions(Builder values) {
    this.values = values;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    return values.clone();
  }

  /** Stages that run behind {@code $changeStream}, at the server. */
  public List<BsonDocument> pipeline() {
    return values.pipeline;
  }

  /** {@code fullDocument}: {@code default}, {@code updateLookup}, {@code whenAvailable}, ... */
  public Optional<String> fullDocument() {
    return values.fullDocument;
  }

  /** {@code fullDocumentBeforeChange}: {@code off}, {@code whenAvailable}, {@code required}. */
  public Optional<String> fullDocumentBeforeChange() {
    return values.fullDocumentBeforeChange;
  }

  /** {@code resumeAfter}: go on behind the event of this token. */
  public Optional<ResumeToken> resumeAfter() {
    return values.resumeAfter;
  }

  /** {@code startAfter}: like {@code resumeAfter}, but an invalidate's token will do. */
  public Optional<ResumeToken> startAfter() {
    return values.startAfter;
  }

  /** {@code startAtOperationTime}: begin with the first event at or behind this time. */
  public Optional<BsonTimestamp> startAtOperationTime() {
    return values.startAtOperationTime;
  }

  /** {@code showExpandedEvents}: also report DDL events (server 6.0 and later). */
  public Optional<Boolean> showExpandedEvents() {
    return values.showExpandedEvents;
  }

  /** How long the server may sit on a {@code getMore}: its {@code maxTimeMS}. */
  public Optional<Duration> maxAwaitTime() {
    return values.maxAwaitTime;
  }

  /**
   * How long the server sits on a {@code getMore} that has nothing to give: {@link #maxAwaitTime},
   * or the second that it takes by itself.
   */
  public Duration awaitTime() {
    return maxAwaitTime().orElse(SERVERS_OWN_AWAIT);
  }

  /** How many events a batch may have: {@code cursor.batchSize}, and that of {@code getMore}. */
  public OptionalInt batchSize() {
    return values.batchSize;
  }

  /** {@code collation} of the aggregate. */
  public Optional<BsonDocument> collation() {
    return values.collation;
  }

  /** {@code comment} of the aggregate, and of {@code getMore} from wire version 9. */
  public Optional<BsonValue> comment() {
    return values.comment;
  }

  /** {@code readConcern} of the aggregate. */
  public Optional<BsonDocument> readConcern() {
    return values.readConcern;
  }

  /**
   * Which server the stream reads from, at the start and after each resume; empty for what the
   * transport says ({@link dev.tailrace.engine.transport.Transport#readPreference}).
   */
  public Optional<ReadPreference> readPreference() {
    return values.readPreference;
  }

  /**
   * The {@code lsid} of the user's own session, which outlives the stream; without one the stream
   * has a session of its own.
   */
  public Optional<BsonDocument> session() {
    return values.session;
  }

  /** Whether an aggregate that failed in passing is tried once more (retryable reads). */
  public boolean retryReads() {
    return values.retryReads;
  }

  /** What happens after a resumable failure. */
  public ResumePolicy resumePolicy() {
    return values.resumePolicy;
  }

  /**
   * How long an answer may take before the exchange counts as a network failure; for a {@code
   * getMore}, what the server may sit on it comes on top: {@link #awaitTime}. Should be longer than
   * the transport may look for a server (30 seconds by the server selection specification), which
   * then says why there is none.
   */
  public Duration answerTimeout() {
    return values.answerTimeout;
  }

  /**
   * {@code timeoutMS} (client-side operations timeout specification): how long opening may take as
   * a whole, and each call that asks for an event, with all its commands and a resume, afterwards.
   * Zero for no limit, but all that goes with one: reads are retried for as long as the call lasts.
   * Empty for neither. A call that takes longer fails with {@link ChangeStreamException.TimedOut},
   * and the next one resumes the stream. Where there are no calls (a publisher), it is the limit of
   * each exchange with a server.
   *
   * <p>It has to be longer than {@link #awaitTime}: else a call on an idle stream is out of time
   * each time.
   */
  public Optional<Duration> timeout() {
    return values.timeout;
  }

  /** The {@link #timeout}, where it is a limit: more than zero. */
  public Optional<Duration> timeLimit() {
    return values.timeout.filter(limit -> !limit.isZero());
  }

  /**
   * Whether the next {@code getMore} is under way while the events of the last one are handed over:
   * at most two replies are in memory then. Empty for what suits the face: yes, but not where
   * threads wait. Never with a {@link #timeout}, which belongs to a call.
   */
  public Optional<Boolean> prefetch() {
    return timeLimit().isPresent() ? Optional.of(false) : values.prefetch;
  }

  /** What happens when the server no longer has the history to go on from. */
  public HistoryLostPolicy historyLostPolicy() {
    return values.historyLostPolicy;
  }

  /** What happens after an {@code invalidate} event. */
  public InvalidatePolicy invalidatePolicy() {
    return values.invalidatePolicy;
  }

  /** What happens with an event that the decoder fails on. */
  public UndecodablePolicy undecodablePolicy() {
    return values.undecodablePolicy;
  }

  /**
   * How many bytes an event may have that is put together from the fragments that {@code
   * $changeStreamSplitLargeEvent} makes; empty if fragments are handed over as they come.
   */
  public OptionalInt reassembleSplitEvents() {
    return values.reassembleSplitEvents;
  }

  /** How long a stream may be stuck before it is called {@link StreamStatus.Stalled}. */
  public Duration stalledAfter() {
    return values.stalledAfter;
  }

  /** The options that say something, as {@code name=value}. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "ChangeStreamOptions[", "]");
    text.add("pipeline=" + pipeline());
    addIfPresent(text, "fullDocument", fullDocument());
    addIfPresent(text, "fullDocumentBeforeChange", fullDocumentBeforeChange());
    addIfPresent(text, "resumeAfter", resumeAfter());
    addIfPresent(text, "startAfter", startAfter());
    addIfPresent(text, "startAtOperationTime", startAtOperationTime());
    addIfPresent(text, "showExpandedEvents", showExpandedEvents());
    addIfPresent(text, "maxAwaitTime", maxAwaitTime());
    batchSize().ifPresent(size -> text.add("batchSize=" + size));
    addIfPresent(text, "collation", collation());
    addIfPresent(text, "comment", comment());
    addIfPresent(text, "readConcern", readConcern());
    addIfPresent(text, "readPreference", readPreference().map(each -> each.mode().specName()));
    addIfPresent(text, "session", session());
    addIfPresent(text, "timeout", timeout());
    addIfPresent(text, "prefetch", prefetch());
    return text.toString();
  }

  private static void addIfPresent(StringJoiner text, String name, Optional<?> value) {
    value.ifPresent(present -> text.add(name + "=" + present));
  }

  /** Collects options. Not thread-safe; can go on being used after {@link #build}. */
  public static final class Builder implements Cloneable {

    /** What {@code maxTimeMS} can say. */
    private static final Duration LONGEST_AWAIT = Duration.ofMillis(Integer.MAX_VALUE);

    private static final Duration DEFAULT_ANSWER_TIMEOUT = Duration.ofSeconds(60);

    /** An idle set writes a no-op every ten seconds, and so may a shard that is asked in turn. */
    private static final Duration DEFAULT_STALLED_AFTER = Duration.ofSeconds(30);

    private static final int MOST_REASSEMBLED_BYTES = 1 << 30;

    private List<BsonDocument> pipeline = List.of();
    private Optional<String> fullDocument = Optional.empty();
    private Optional<String> fullDocumentBeforeChange = Optional.empty();
    private Optional<ResumeToken> resumeAfter = Optional.empty();
    private Optional<ResumeToken> startAfter = Optional.empty();
    private Optional<BsonTimestamp> startAtOperationTime = Optional.empty();
    private Optional<Boolean> showExpandedEvents = Optional.empty();
    private Optional<Duration> maxAwaitTime = Optional.empty();
    private OptionalInt batchSize = OptionalInt.empty();
    private Optional<BsonDocument> collation = Optional.empty();
    private Optional<BsonValue> comment = Optional.empty();
    private Optional<BsonDocument> readConcern = Optional.empty();
    private Optional<ReadPreference> readPreference = Optional.empty();
    private Optional<BsonDocument> session = Optional.empty();
    private boolean retryReads = true;
    private ResumePolicy resumePolicy = ResumePolicy.spec();
    private Duration answerTimeout = DEFAULT_ANSWER_TIMEOUT;
    private Optional<Duration> timeout = Optional.empty();
    private Optional<Boolean> prefetch = Optional.empty();
    private HistoryLostPolicy historyLostPolicy = HistoryLostPolicy.fail();
    private InvalidatePolicy invalidatePolicy = InvalidatePolicy.END;
    private UndecodablePolicy undecodablePolicy = UndecodablePolicy.FAIL;
    private OptionalInt reassembleSplitEvents = OptionalInt.empty();
    private Duration stalledAfter = DEFAULT_STALLED_AFTER;

    private Builder() {}

    /** Sets {@link ChangeStreamOptions#pipeline}. */
    public Builder pipeline(List<BsonDocument> stages) {
      pipeline = List.copyOf(stages);
      return this;
    }

    /** Sets {@link ChangeStreamOptions#pipeline}. */
    public Builder pipeline(BsonDocument... stages) {
      return pipeline(List.of(stages));
    }

    /** Sets {@link ChangeStreamOptions#fullDocument}. */
    public Builder fullDocument(String mode) {
      fullDocument = Optional.of(requireNonNull(mode, "fullDocument"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#fullDocumentBeforeChange}. */
    public Builder fullDocumentBeforeChange(String mode) {
      fullDocumentBeforeChange = Optional.of(requireNonNull(mode, "fullDocumentBeforeChange"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#resumeAfter}. */
    public Builder resumeAfter(ResumeToken token) {
      resumeAfter = Optional.of(requireNonNull(token, "resumeAfter"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#startAfter}. */
    public Builder startAfter(ResumeToken token) {
      startAfter = Optional.of(requireNonNull(token, "startAfter"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#startAtOperationTime}. */
    public Builder startAtOperationTime(BsonTimestamp time) {
      startAtOperationTime = Optional.of(requireNonNull(time, "startAtOperationTime"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#showExpandedEvents}. */
    public Builder showExpandedEvents(boolean show) {
      showExpandedEvents = Optional.of(show);
      return this;
    }

    /**
     * Sets {@link ChangeStreamOptions#maxAwaitTime}; fractions of a millisecond are dropped.
     *
     * @throws IllegalArgumentException if it is negative, or longer than a server accepts:
     *     2147483647 milliseconds
     */
    public Builder maxAwaitTime(Duration time) {
      if (notNegative(time, "maxAwaitTime").compareTo(LONGEST_AWAIT) > 0) {
        throw new IllegalArgumentException(
            "maxAwaitTime: expected at most %s, found %s".formatted(LONGEST_AWAIT, time));
      }
      maxAwaitTime = Optional.of(time);
      return this;
    }

    /** Sets {@link ChangeStreamOptions#batchSize}. */
    public Builder batchSize(int size) {
      batchSize = OptionalInt.of(size);
      return this;
    }

    /** Sets {@link ChangeStreamOptions#collation}. */
    public Builder collation(BsonDocument document) {
      collation = Optional.of(requireNonNull(document, "collation"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#comment}; any BSON type will do from server 4.4. */
    public Builder comment(BsonValue value) {
      comment = Optional.of(requireNonNull(value, "comment"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#readConcern}, such as <code>{level: "majority"}</code>. */
    public Builder readConcern(BsonDocument document) {
      readConcern = Optional.of(requireNonNull(document, "readConcern"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#readPreference}. */
    public Builder readPreference(ReadPreference preference) {
      readPreference = Optional.of(requireNonNull(preference, "readPreference"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#session}. */
    public Builder session(BsonDocument lsid) {
      session = Optional.of(requireNonNull(lsid, "session"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#retryReads}; the default is true. */
    public Builder retryReads(boolean retry) {
      retryReads = retry;
      return this;
    }

    /** Sets {@link ChangeStreamOptions#resumePolicy}; the default is the specification's. */
    public Builder resumePolicy(ResumePolicy policy) {
      resumePolicy = requireNonNull(policy, "resumePolicy");
      return this;
    }

    /**
     * Sets {@link ChangeStreamOptions#answerTimeout}; the default is 60 seconds.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder answerTimeout(Duration time) {
      if (notNegative(time, "answerTimeout").isZero()) {
        throw new IllegalArgumentException("answerTimeout: expected more than zero");
      }
      answerTimeout = time;
      return this;
    }

    /**
     * Sets {@link ChangeStreamOptions#timeout}; there is none by default.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder timeout(Duration time) {
      timeout = Optional.of(notNegative(time, "timeout"));
      return this;
    }

    /** Sets {@link ChangeStreamOptions#prefetch}. */
    public Builder prefetch(boolean ahead) {
      prefetch = Optional.of(ahead);
      return this;
    }

    /** Sets {@link ChangeStreamOptions#historyLostPolicy}; the default is to fail. */
    public Builder historyLostPolicy(HistoryLostPolicy policy) {
      historyLostPolicy = requireNonNull(policy, "historyLostPolicy");
      return this;
    }

    /** Sets {@link ChangeStreamOptions#invalidatePolicy}; the default is to end. */
    public Builder invalidatePolicy(InvalidatePolicy policy) {
      invalidatePolicy = requireNonNull(policy, "invalidatePolicy");
      return this;
    }

    /** Sets {@link ChangeStreamOptions#undecodablePolicy}; the default is to fail. */
    public Builder undecodablePolicy(UndecodablePolicy policy) {
      undecodablePolicy = requireNonNull(policy, "undecodablePolicy");
      return this;
    }

    /**
     * Has fragments put together again: one event of all their fields but {@code splitEvent}, with
     * the last one's token. The pipeline has to end with {@code $changeStreamSplitLargeEvent}.
     *
     * @param maxBytes {@link ChangeStreamOptions#reassembleSplitEvents}
     * @throws IllegalArgumentException if it is not positive, or more than a gibibyte
     */
    public Builder reassembleSplitEvents(int maxBytes) {
      if (maxBytes < 1 || maxBytes > MOST_REASSEMBLED_BYTES) {
        throw new IllegalArgumentException(
            "reassembleSplitEvents: expected 1 to %d bytes, found %d"
                .formatted(MOST_REASSEMBLED_BYTES, maxBytes));
      }
      reassembleSplitEvents = OptionalInt.of(maxBytes);
      return this;
    }

    /**
     * Sets {@link ChangeStreamOptions#stalledAfter}; the default is 30 seconds.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder stalledAfter(Duration time) {
      stalledAfter = notNegative(time, "stalledAfter");
      return this;
    }

    /**
     * The options as they are now.
     *
     * @throws IllegalArgumentException if {@code maxAwaitTime} is not less than {@code timeout}:
     *     each {@code getMore} would be out of time (client-side operations timeout specification)
     */
    public ChangeStreamOptions build() {
      ChangeStreamOptions options = new ChangeStreamOptions(clone());
      if (maxAwaitTime.isPresent()
          && options.timeLimit().isPresent()
          && maxAwaitTime.get().compareTo(options.timeLimit().get()) >= 0) {
        throw new IllegalArgumentException(
            "maxAwaitTime: expected less than the timeout of %s, found %s"
                .formatted(options.timeLimit().get(), maxAwaitTime.get()));
      }
      return options;
    }

    @Override
    protected Builder clone() {
      try {
        return (Builder) super.clone(); // Every value is immutable.
      } catch (CloneNotSupportedException impossible) {
        throw new AssertionError(impossible);
      }
    }

    private static Duration notNegative(Duration time, String name) {
      if (requireNonNull(time, name).isNegative()) {
        throw new IllegalArgumentException(name + ": expected no negative time, found " + time);
      }
      return time;
    }
  }
}
