package dev.tailrace.engine;

import static java.util.Objects.requireNonNull;

import dev.tailrace.engine.transport.ReadPreference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
    return new Builder(values);
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

  /** Which server the stream reads from, at the start and after each resume. */
  public ReadPreference readPreference() {
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
   * getMore}, {@link #maxAwaitTime} comes on top. Should be longer than the transport may look for
   * a server (30 seconds by the server selection specification), which then says why there is none.
   */
  public Duration answerTimeout() {
    return values.answerTimeout;
  }

  /** Collects options. Not thread-safe; can go on being used after {@link #build}. */
  public static final class Builder {

    /** The server sits on a {@code getMore} for one second where nothing else is asked. */
    private static final Duration LONGEST_AWAIT = Duration.ofMillis(Integer.MAX_VALUE);

    private static final Duration DEFAULT_ANSWER_TIMEOUT = Duration.ofSeconds(60);

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
    private ReadPreference readPreference = ReadPreference.PRIMARY;
    private Optional<BsonDocument> session = Optional.empty();
    private boolean retryReads = true;
    private ResumePolicy resumePolicy = ResumePolicy.spec();
    private Duration answerTimeout = DEFAULT_ANSWER_TIMEOUT;

    private Builder() {}

    private Builder(Builder other) {
      pipeline = other.pipeline;
      fullDocument = other.fullDocument;
      fullDocumentBeforeChange = other.fullDocumentBeforeChange;
      resumeAfter = other.resumeAfter;
      startAfter = other.startAfter;
      startAtOperationTime = other.startAtOperationTime;
      showExpandedEvents = other.showExpandedEvents;
      maxAwaitTime = other.maxAwaitTime;
      batchSize = other.batchSize;
      collation = other.collation;
      comment = other.comment;
      readConcern = other.readConcern;
      readPreference = other.readPreference;
      session = other.session;
      retryReads = other.retryReads;
      resumePolicy = other.resumePolicy;
      answerTimeout = other.answerTimeout;
    }

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
      readPreference = requireNonNull(preference, "readPreference");
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

    /** The options as they are now. */
    public ChangeStreamOptions build() {
      return new ChangeStreamOptions(new Builder(this));
    }

    private static Duration notNegative(Duration time, String name) {
      if (requireNonNull(time, name).isNegative()) {
        throw new IllegalArgumentException(name + ": expected no negative time, found " + time);
      }
      return time;
    }
  }
}
