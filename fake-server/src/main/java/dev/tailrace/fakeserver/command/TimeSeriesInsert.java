package dev.tailrace.fakeserver.command;

import static java.util.Objects.requireNonNull;

import dev.tailrace.fakeserver.command.CollectionWriter.StatementResult;
import dev.tailrace.fakeserver.command.TimeSeries.Options;
import dev.tailrace.fakeserver.error.CommandFailure;
import dev.tailrace.fakeserver.error.ErrorCode;
import dev.tailrace.fakeserver.storage.Change;
import dev.tailrace.fakeserver.storage.Namespace;
import dev.tailrace.fakeserver.storage.NewDocument;
import dev.tailrace.fakeserver.storage.RawDocuments;
import dev.tailrace.fakeserver.storage.State;
import dev.tailrace.fakeserver.storage.StoredCollection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * An insert of measurements. Those of one command that go together fill buckets of their own: what
 * was written before is left alone, as by a server that has just started.
 */
final class TimeSeriesInsert {

  private static final int MAX_MEASUREMENTS = 1000;

  /** {@code timeseriesBucketMaxSize}, which a bucket does not grow over by another measurement. */
  private static final int MAX_BYTES = 128_000;

  /** So many are kept together even if they are large, from 6.3 on, up to so many bytes. */
  private static final int MIN_MEASUREMENTS = 10;

  private static final int MAX_BYTES_OF_LARGE_ONES = 12 * 1024 * 1024;

  private final Invocation call;
  private final StoredCollection stored;
  private final Options options;
  private final RetryableWrites retries;
  private final List<Bucket> buckets = new ArrayList<>();

  /** The bucket of each start that is not full yet, by what its measurements share. */
  private final Map<Optional<BsonValue>, TreeMap<Long, Bucket>> open = new HashMap<>();

  private TimeSeriesInsert(Invocation call, StoredCollection stored, RetryableWrites retries) {
    this.call = call;
    this.stored = stored;
    this.retries = retries;
    options = Options.of(stored);
  }

  /** Measurements that share a bucket. */
  private static final class Bucket {
    final @Nullable BsonValue meta;
    final long fromMillis;
    final List<Integer> statements = new ArrayList<>();
    final BsonDocument data = new BsonDocument();
    int bytes;

    Bucket(@Nullable BsonValue meta, long fromMillis) {
      this.meta = meta;
      this.fromMillis = fromMillis;
    }
  }

  static Outcome run(
      Invocation call,
      Namespace namespace,
      List<RawBsonDocument> documents,
      RetryableWrites retries) {
    if (call.transaction() != null) {
      throw TransactionCommands.notSupported(
          "Cannot insert into a time-series collection in a multi-document transaction: "
              + namespace);
    }
    TimeSeriesInsert insert = new TimeSeriesInsert(call, stored(call, namespace), retries);
    WriteBatch batch = new WriteBatch(call);
    batch.run(documents.size(), i -> insert.put(i, documents.get(i)));
    insert.buckets.forEach(insert::write);
    return new Outcome.Reply(batch.reply());
  }

  /** The collection of the buckets; anybody may make a view on the name of some that are none. */
  private static StoredCollection stored(Invocation call, Namespace namespace) {
    StoredCollection stored = call.target().state().collection(TimeSeries.buckets(namespace));
    if (stored == null) {
      throw new CommandFailure(
          ErrorCode.NAMESPACE_NOT_FOUND, "Could not find time-series buckets collection for write");
    }
    if (!TimeSeries.isOne(stored)) {
      throw new CommandFailure(
          ErrorCode.INVALID_OPTIONS,
          "Time-series buckets collection is missing time-series options");
    }
    return stored;
  }

  private StatementResult put(int index, RawBsonDocument given) {
    StatementResult done = retries.done(index);
    if (done != null) {
      return done;
    }
    RawBsonDocument measurement = Documents.toInsert(call, given).document();
    if (!(measurement.get(options.timeField()) instanceof BsonDateTime at)) {
      throw new CommandFailure(
          ErrorCode.BAD_VALUE,
          "'%s' must be present and contain a valid BSON UTC datetime value"
              .formatted(options.timeField()));
    }
    BsonValue meta =
        options.metaField().isEmpty() ? null : sorted(measurement.get(options.metaField()));
    int bytes = RawDocuments.size(measurement);
    Bucket bucket = bucketFor(meta, at.getValue(), bytes);
    bucket.bytes += bytes;
    String row = Integer.toString(bucket.statements.size());
    measurement.forEach(
        (field, value) -> {
          if (!field.equals(options.metaField())) {
            if (!bucket.data.containsKey(field)) {
              bucket.data.append(field, new BsonDocument());
            }
            bucket.data.getDocument(field).append(row, value);
          }
        });
    bucket.statements.add(index);
    return new StatementResult(1, 0, null, null);
  }

  /** What measurements share is kept with its fields by name, so that their order is no matter. */
  private static @Nullable BsonValue sorted(@Nullable BsonValue meta) {
    if (!(meta instanceof BsonDocument document)) {
      return meta;
    }
    BsonDocument sorted = new BsonDocument();
    new TreeMap<>(document).forEach((name, value) -> sorted.append(name, sorted(value)));
    return sorted;
  }

  /** Of those that began before, the last one, if there is time and room in it; else a new one. */
  private Bucket bucketFor(@Nullable BsonValue meta, long millis, int bytes) {
    TreeMap<Long, Bucket> alike =
        open.computeIfAbsent(Optional.ofNullable(meta), any -> new TreeMap<>());
    Map.Entry<Long, Bucket> last = alike.floorEntry(millis);
    long spanMillis = TimeUnit.SECONDS.toMillis(options.maxSpanSeconds());
    if (last != null && millis - last.getKey() < spanMillis && hasRoomFor(last.getValue(), bytes)) {
      return last.getValue();
    }
    long roundingMillis = TimeUnit.SECONDS.toMillis(options.roundingSeconds());
    Bucket bucket = new Bucket(meta, Math.floorDiv(millis, roundingMillis) * roundingMillis);
    alike.put(bucket.fromMillis, bucket);
    buckets.add(bucket);
    return bucket;
  }

  private boolean hasRoomFor(Bucket bucket, int bytes) {
    int measurements = bucket.statements.size();
    long together = (long) bucket.bytes + bytes;
    boolean areFewLargeOnes = call.version().atLeast(6, 3) && measurements < MIN_MEASUREMENTS;
    return measurements < MAX_MEASUREMENTS
        && together <= (areFewLargeOnes ? MAX_BYTES_OF_LARGE_ONES : MAX_BYTES);
  }

  private void write(Bucket bucket) {
    BsonDocument document =
        new BsonDocument("_id", new BsonObjectId(call.world().ids().objectId(bucket.fromMillis)))
            .append("control", control(bucket));
    if (bucket.meta != null) {
      document.append("meta", bucket.meta);
    }
    NewDocument filled = NewDocument.of(RawDocuments.of(document.append("data", bucket.data)));
    WriteTarget target = call.target();
    StoredCollection current =
        requireNonNull(target.state().collection(stored.namespace()), "nothing came between");
    State after = target.state().with(current.insert(filled));
    for (int statement : bucket.statements) {
      after = retries.statement(statement).remember(after, new StatementResult(1, 0, null, null));
    }
    target.write(new Change.Insert(current.namespace(), current.uuid(), filled), after);
  }

  private BsonDocument control(Bucket bucket) {
    BucketBounds bounds = new BucketBounds();
    bucket.data.forEach(
        (field, column) -> column.asDocument().values().forEach(value -> bounds.add(field, value)));
    BsonDocument min = bounds.min();
    min.put(options.timeField(), new BsonDateTime(bucket.fromMillis));
    return new BsonDocument("version", new BsonInt32(1))
        .append("min", min)
        .append("max", bounds.max());
  }
}
